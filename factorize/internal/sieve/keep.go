package sieve

import (
	"encoding/binary"
	"iter"
	"math"
	"math/big"
	"time"

	"github.com/pythonweb/goweb/factorize/internal/word"
)

// A Keeper keeps relations from one process to the next.
type Keeper interface {
	Kept() iter.Seq[[]byte]
	Keep(relations []byte) error
}

// keepEvery is how long relations stay in memory alone.
const keepEvery = time.Second

// A ledger collects relations for the keeper.
type ledger struct {
	keeper Keeper // nil if nothing is kept
	text   []byte
	last   time.Time
}

// note adds relations, and passes them on from time to time.
func (l *ledger) note(found []relation) error {
	if l.keeper == nil {
		return nil
	}
	for i := range found {
		l.text = found[i].append(l.text)
	}
	if now := time.Now(); now.Sub(l.last) >= keepEvery {
		l.last = now
		return l.flush()
	}
	return nil
}

func (l *ledger) flush() error {
	if l.keeper == nil || len(l.text) == 0 {
		return nil
	}
	err := l.keeper.Keep(l.text)
	l.text = l.text[:0]
	return err
}

// append writes the relation as bytes: the root, the product of the large primes, and the factors.
func (r *relation) append(dst []byte) []byte {
	for _, limb := range r.root {
		dst = binary.AppendUvarint(dst, limb)
	}
	dst = binary.AppendUvarint(dst, uint64(r.large[0])*uint64(r.large[1]))
	dst = binary.AppendUvarint(dst, uint64(len(r.factors)))
	for _, f := range r.factors {
		dst = binary.AppendUvarint(dst, uint64(f))
	}
	return dst
}

// parseRelations reads what append has written, up to a mistake.
func parseRelations(text []byte) []relation {
	var all []relation
	next := func() (v uint64, ok bool) {
		v, n := binary.Uvarint(text)
		if n <= 0 {
			return 0, false
		}
		text = text[n:]
		return v, true
	}
	for len(text) > 0 {
		var r relation
		var fields [limbs + 2]uint64
		for i := range fields {
			var ok bool
			if fields[i], ok = next(); !ok {
				return all
			}
		}
		copy(r.root[:], fields[:limbs])
		if fields[limbs+1] > 1<<12 {
			return all
		}
		r.large = keptPrimes(fields[limbs])
		for range fields[limbs+1] {
			f, ok := next()
			if !ok {
				return all
			}
			r.factors = append(r.factors, uint32(f))
		}
		all = append(all, r)
	}
	return all
}

// keptPrimes are the two large primes with a product, or 1 and the only one; zeros for any other.
func keptPrimes(product uint64) [2]uint32 {
	f := word.AppendFactors([]uint64{1}, product)
	if len(f) > 3 || f[len(f)-1] > math.MaxUint32 {
		return [2]uint32{}
	}
	if len(f) == 1 {
		return [2]uint32{1, 1}
	}
	return [2]uint32{uint32(f[len(f)-2]), uint32(f[len(f)-1])}
}

// holds reports whether the relation is true: its root squared is the product of its factors modulo n.
func (j *job) holds(r *relation) bool {
	large := uint64(r.large[0]) * uint64(r.large[1])
	product, t := new(big.Int).SetUint64(large), new(big.Int)
	for _, f := range r.factors {
		switch {
		case uint64(f) >= uint64(len(j.base.primes)):
			return false
		case f == signColumn:
			product.Neg(product)
		default:
			product.Mod(product.Mul(product, t.SetUint64(uint64(j.base.primes[f]))), j.n)
		}
	}
	root := r.root.bigInt()
	return large > 0 && t.Sub(product, root.Mul(root, root)).Mod(t, j.n).Sign() == 0
}

// recall returns the kept relations that hold.
func (j *job) recall(k Keeper) []relation {
	if k == nil {
		return nil
	}
	var all []relation
	for text := range k.Kept() {
		for _, r := range parseRelations(text) {
			if j.holds(&r) {
				all = append(all, r)
			}
		}
	}
	return all
}
