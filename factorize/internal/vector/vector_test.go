package vector

import (
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
)

// primes are odd numbers here: nothing needs them to be prime.
func table(r *rand.Rand, size int) (t Table, first, second, delta []uint32) {
	for i := range size {
		p := uint32(3+2*i) + 2*r.Uint32N(1<<uint(1+i%29))
		t.Append(p)
		first, second = append(first, r.Uint32N(p)), append(second, r.Uint32N(p))
		delta = append(delta, r.Uint32N(p))
	}
	return t, first, second, delta
}

// TestTwins compares the loops of the processor with those in plain Go, and both with arithmetic.
func TestTwins(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for size := range 1100 {
		all, first, second, delta := table(r, size)
		x := r.Uint32N(1 << (1 + size%20)) // also below the zeros
		for i, p := range all.Primes {
			if i%3 == 0 {
				first[i] = x % p
			} else if i%3 == 1 {
				second[i] = x % p
			}
		}
		var want []uint32
		for i, p := range all.Primes {
			if x%p == first[i] || x%p == second[i] {
				want = append(want, uint32(i))
			}
		}
		if got := all.AppendHits(nil, first, second, x); !slices.Equal(got, want) {
			t.Fatalf("size %d, hits at %v, want %v", size, got, want)
		}
		if size <= 512 {
			var masks, plain [64]uint8
			all.hits(&masks, first, second, x)
			all.plainHits(&plain, first, second, x, 0)
			if masks != plain {
				t.Fatalf("size %d, hits %v, plain %v", size, masks, plain)
			}
		}
		for name, step := range map[string]struct {
			vector func(_, _, _, _ []uint32)
			plain  func(_, _, _, _ []uint32, i int)
			one    func(z, d, p uint64) uint64
		}{
			"add": {Add, plainAdd, func(z, d, p uint64) uint64 { return (z + d) % p }},
			"sub": {Sub, plainSub, func(z, d, p uint64) uint64 { return (z + p - d) % p }},
		} {
			a, b := slices.Clone(first), slices.Clone(second)
			c, d := slices.Clone(first), slices.Clone(second)
			step.vector(a, b, delta, all.Primes)
			step.plain(c, d, delta, all.Primes, 0)
			for i, p := range all.Primes {
				x := uint32(step.one(uint64(first[i]), uint64(delta[i]), uint64(p)))
				y := uint32(step.one(uint64(second[i]), uint64(delta[i]), uint64(p)))
				if a[i] != x || b[i] != y || c[i] != x || d[i] != y {
					t.Fatalf("%s modulo %d: %d %d, plain %d %d, want %d %d", name, p, a[i], b[i], c[i], d[i], x, y)
				}
			}
		}
	}
}

func TestMarked(t *testing.T) {
	bytes := make([]uint8, 1024)
	for i := range bytes {
		bytes[i] = uint8(i % 128)
	}
	if got := Marked(bytes, 0); got != len(bytes) {
		t.Errorf("without a mark: %d, want the length", got)
	}
	for mark := range bytes {
		bytes[mark] |= 128
		for from := 0; from <= len(bytes); from += MarkedBlock {
			want := mark / MarkedBlock * MarkedBlock
			if from > mark {
				want = len(bytes)
			}
			if got, plain := Marked(bytes, from), plainMarked(bytes, from); got != want || plain != want {
				t.Fatalf("mark at %d, from %d: %d, plain %d, want %d", mark, from, got, plain, want)
			}
		}
		bytes[mark] &= 127
	}
}

func TestAddLogs(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, length := range []int{1, 5, 64, 8192, 1 << 15} {
		for range 20 {
			var primes []uint32
			var logs []uint8
			var first, second []uint32
			for p := 1 + r.Uint32N(3); p <= uint32(length); p += 1 + r.Uint32N(1+p) {
				primes, logs = append(primes, p), append(logs, uint8(r.Uint32()))
				first, second = append(first, r.Uint32N(p)), append(second, r.Uint32N(p))
			}
			const blocks = 3
			want := make([]uint8, blocks*length)
			for i, p := range primes {
				for _, zero := range []uint32{first[i], second[i]} {
					for a := int(zero); a < len(want); a += int(p) {
						want[a] += logs[i]
					}
				}
			}
			a, b := slices.Clone(first), slices.Clone(second)
			got, plain := make([]uint8, len(want)), make([]uint8, len(want))
			for start := 0; start < len(want); start += length {
				AddLogs(got[start:start+length], primes, logs, a, b)
				plainAddLogs(plain[start:start+length], primes, logs, first, second)
			}
			if !slices.Equal(got, want) || !slices.Equal(plain, want) {
				t.Fatalf("length %d, primes %v: other sums", length, primes)
			}
		}
	}
}

// TestModular compares the products and inverses of the processor with those in plain Go, and both with arithmetic.
func TestModular(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var primes []uint32
	for p := uint32(3); len(primes) < 100; p += 2 {
		for ; !big.NewInt(int64(p)).ProbablyPrime(0); p += 2 {
		}
		primes = append(primes, p)
		if p > 500 {
			p += 2 * r.Uint32N(p)
		}
		if p > 1<<30 {
			break
		}
	}
	for size := range len(primes) + 1 {
		var all Table
		var a, b []uint32
		for _, p := range primes[:size] {
			all.Append(p)
			a, b = append(a, r.Uint32N(p)), append(b, r.Uint32N(p))
		}
		if size > 9 {
			a[3], a[9], b[5] = 0, 1, all.Primes[5]-1
		}
		x := r.Uint32()
		for name, f := range map[string]struct {
			vector, plain func(dst []uint32)
			holds         func(got, a, b, p uint64) bool
		}{
			"scale": {
				func(dst []uint32) { all.Scale(dst, a, x) },
				func(dst []uint32) { all.plainScale(dst, a, x, 0) },
				func(got, a, _, p uint64) bool { return (got<<32)%p == a*uint64(x)%p },
			},
			"multiply": {
				func(dst []uint32) { all.Multiply(dst, a, b) },
				func(dst []uint32) { all.plainMultiply(dst, a, b, 0) },
				func(got, a, b, p uint64) bool { return (got<<32)%p == a*b%p },
			},
			"invert": {
				func(dst []uint32) { all.Invert(dst, a) },
				func(dst []uint32) { all.plainInvert(dst, a, 0) },
				func(got, a, _, p uint64) bool {
					unit := 1 << 32 % p
					return a == 0 && got == 0 || a != 0 && got*a%p == unit*unit%p
				},
			},
		} {
			got, plain := make([]uint32, size), make([]uint32, size)
			f.vector(got)
			f.plain(plain)
			if !slices.Equal(got, plain) {
				t.Fatalf("%s of %d: %v, plain %v", name, size, got, plain)
			}
			for i, p := range all.Primes {
				if got[i] >= p || !f.holds(uint64(got[i]), uint64(a[i]), uint64(b[i]), uint64(p)) {
					t.Fatalf("%s modulo %d: %d from %d, %d, %d", name, p, got[i], a[i], b[i], x)
				}
			}
		}
	}
}
