package sieve

import (
	"context"
	"errors"
	"iter"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/factorize/internal/crew"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func randomPrime(r *rand.Rand, bits int) *big.Int {
	for {
		p := new(big.Int)
		for range (bits + 63) / 64 {
			p.Lsh(p, 64).Or(p, new(big.Int).SetUint64(r.Uint64()))
		}
		p.Rsh(p, uint(p.BitLen()-bits)).SetBit(p, bits-1, 1)
		if p.ProbablyPrime(0) {
			return p
		}
	}
}

func TestSplit(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	for bits := 68; bits <= consoletest.Count(110, 200); bits += 6 {
		for cores := 1; cores <= 3; cores += 2 {
			n := new(big.Int).Mul(randomPrime(r, bits/2), randomPrime(r, bits-bits/2))
			last := 0.0
			d, err := Split(t.Context(), n, crew.New(cores), Options{Progress: func(done float64) { last = done }})
			if err != nil || new(big.Int).Mod(n, d).Sign() != 0 || d.Cmp(n) == 0 || d.Cmp(big.NewInt(1)) == 0 {
				t.Errorf("%v: %v, %v", n, d, err)
			}
			if last != 1 {
				t.Errorf("the progress ends with %v", last)
			}
		}
	}
}

func TestCancel(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 7))
	n := new(big.Int).Mul(randomPrime(r, 150), randomPrime(r, 150))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if d, err := Split(ctx, n, crew.New(2), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v", d, err)
	}
}

func TestWide(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 8))
	modulus := new(big.Int).Lsh(big.NewInt(1), 256)
	for range 1000 {
		w, v := wide{r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64()}, wide{r.Uint64(), r.Uint64() >> r.UintN(64)}
		x := r.Int64N(1<<40) - 1<<39
		for name, pair := range map[string][2]*big.Int{
			"times":   {bigOf(w.times(x)), new(big.Int).Mul(bigOf(w), big.NewInt(x))},
			"product": {bigOf(w.product(&v)), new(big.Int).Mul(bigOf(w), bigOf(v))},
			"plus":    {bigOf(w.plus(&v)), new(big.Int).Add(bigOf(w), bigOf(v))},
			"minus":   {bigOf(w.minus(&v)), new(big.Int).Sub(bigOf(w), bigOf(v))},
			"negated": {bigOf(w.negated()), new(big.Int).Neg(bigOf(w))},
		} {
			if want := pair[1].Mod(pair[1], modulus); pair[0].Cmp(want) != 0 {
				t.Fatalf("%s: %v, want %v", name, pair[0], want)
			}
		}
		w[0] |= 1
		inverse := w.inverse()
		if w.product(&inverse) != (wide{1}) {
			t.Fatalf("the inverse of %v is not %v", w, inverse)
		}
	}
}

func bigOf(w wide) *big.Int { return w.bigInt() }

// memory keeps relations, and ends the work after some of them.
type memory struct {
	kept   [][]byte
	cancel func()
}

func (m *memory) Kept() iter.Seq[[]byte] { return slices.Values(m.kept) }

func (m *memory) Keep(relations []byte) error {
	m.kept = append(m.kept, slices.Clone(relations))
	if m.cancel != nil {
		m.cancel()
	}
	return nil
}

// What was kept before the end is used after it; what does not hold is not.
func TestKeeper(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 10))
	n := new(big.Int).Mul(randomPrime(r, 85), randomPrime(r, 85))
	ctx, cancel := context.WithCancel(t.Context())
	kept := &memory{cancel: cancel}
	if _, err := Split(ctx, n, crew.New(2), Options{Keeper: kept}); !errors.Is(err, context.Canceled) {
		t.Fatalf("%v", err)
	}
	j := newJob(n, parametersFor(n.BitLen()))
	before := j.recall(kept)
	if len(before) == 0 {
		t.Fatal("nothing was kept")
	}
	kept.kept = append(kept.kept, []byte("no relation"))
	known := len(kept.kept)
	kept.cancel = nil
	first := -1.0
	d, err := Split(t.Context(), n, crew.New(1), Options{Keeper: kept, Progress: func(done float64) {
		if first < 0 {
			first = done
		}
	}})
	if err != nil || new(big.Int).Mod(n, d).Sign() != 0 {
		t.Errorf("%v, %v", d, err)
	}
	begun := newCollection()
	begun.add(before)
	if want := begun.progress(len(j.base.primes) + 24); first < want {
		t.Errorf("the second run begins with %v, the first has ended with %v", first, want)
	}
	roots := map[wide]bool{}
	for _, r := range before {
		roots[r.root] = true
	}
	again := 0
	for _, text := range kept.kept[known:] {
		for _, r := range parseRelations(text) {
			if roots[r.root] {
				again++
			}
		}
	}
	if again > len(before)/2 {
		t.Errorf("%d of %d relations were found again", again, len(before))
	}
	nothing := relation{large: [2]uint32{3, 5 * 7}} // which is read as 0 = 0
	forged := &memory{kept: [][]byte{nothing.append(nil)}}
	for _, other := range before[:min(len(before), 20)] {
		root := other
		root.root[0] ^= 2
		far := other
		far.factors = append(slices.Clone(other.factors), uint32(len(j.base.primes)), 1<<31)
		forged.kept = append(forged.kept, root.append(nil), far.append(nil))
	}
	if believed := j.recall(forged); len(believed) != 0 {
		t.Errorf("%d forged relations are believed", len(believed))
	}
	failing := &failing{}
	if _, err := Split(t.Context(), n, crew.New(2), Options{Keeper: failing}); !errors.Is(err, errFull) {
		t.Errorf("%v", err)
	}
}

var errFull = errors.New("disk full")

type failing struct{ memory }

func (*failing) Keep([]byte) error { return errFull }
