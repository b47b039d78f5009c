// Package sieve splits composite numbers by the self-initialising quadratic sieve
// (Contini, "Factoring integers with the self-initializing quadratic sieve", 1997).
package sieve

import (
	"context"
	"errors"
	"math/big"
	"math/bits"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/pythonweb/goweb/factorize/internal/crew"
)

// MaxBits is the size of the largest number that Split takes.
const MaxBits = 332

// ErrExhausted is returned for a number that is too small to have enough polynomials.
var ErrExhausted = errors.New("no further polynomials")

// A job is one number to split, with all that its sievers share and do not change.
type job struct {
	n                      *big.Int
	kn                     wide
	base                   *base
	interval               int
	sieved                 int      // index of the first prime that is sieved
	large                  int      // index of the first prime above the block's size
	runs                   []run    // of the primes from there on
	roots                  []uint32 // those of the odd primes, times the power of 2^32 that siever.begin takes away
	initial                uint8
	largest                uint64 // bound of a large prime
	leastRest, largestRest uint64 // bounds of a product of two
	restBits               int    // of the largest product of large primes
	leader                 *leader
}

// A run is some primes with the same logarithm.
type run struct{ from, to int }

func newJob(n *big.Int, p parameters) *job {
	k := multiplier(n, p.base)
	kn := new(big.Int).Mul(n, new(big.Int).SetUint64(k))
	j := &job{n: n, base: newBase(kn, k, p.base), interval: p.interval}
	for i, word := range kn.Bits() {
		if i < limbs {
			j.kn[i] = uint64(word)
		}
	}
	j.sieved = firstOdd
	for j.base.primes[j.sieved] < uint32(p.skipped) || k%uint64(j.base.primes[j.sieved]) == 0 {
		j.sieved++
	}
	j.large, _ = slices.BinarySearch(j.base.primes, uint32(min(blockSize, j.interval)))
	j.large = max(j.large, j.sieved)
	for i := j.large; i < len(j.base.primes); i++ {
		if last := len(j.runs) - 1; last >= 0 && j.base.logs[j.runs[last].from] == j.base.logs[i] {
			j.runs[last].to++
		} else {
			j.runs = append(j.runs, run{i, i + 1})
		}
	}
	j.largest = uint64(p.large) * uint64(j.base.primes[len(j.base.primes)-1])
	j.largest = min(j.largest, 1<<32-1)
	j.restBits = bits.Len64(j.largest)
	if p.double > 0 {
		last := uint64(j.base.primes[len(j.base.primes)-1])
		j.leastRest, j.largestRest = last*last, min(1<<p.double, j.largest*j.largest)
		j.restBits = p.double
	}
	size := (kn.BitLen()-1)/2 + new(big.Int).SetInt64(int64(p.interval/2)).BitLen() - 1
	threshold := max(size-j.restBits-p.slack, 20)
	j.initial = uint8(128 - threshold)
	j.leader = newLeader(j.base, kn, p.interval)
	primes := j.base.table.From(firstOdd)
	j.roots = slices.Clone(j.base.roots[firstOdd:])
	for range j.leader.factors - 1 {
		primes.Scale(j.roots, j.roots, 1)
	}
	return j
}

// Options are what a caller may want besides a factor.
type Options struct {
	Progress func(float64) // if not nil, is called now and then with the part of the work that is done, from 0 to 1
	Keeper   Keeper        // if not nil, keeps the relations
}

// Split returns a factor of n other than 1 and n. n is composite, not a power, of at most MaxBits bits, and has no
// factor below a few thousand.
func Split(ctx context.Context, n *big.Int, c *crew.Crew, o Options) (*big.Int, error) {
	j := newJob(n, parametersFor(n.BitLen()))
	var mutex sync.Mutex // of what follows
	relations := newCollection()
	book := ledger{keeper: o.Keeper}
	var failed error

	if kept := j.recall(o.Keeper); len(kept) > 0 {
		relations.add(kept)
		j.leader.vary(uint64(len(kept))) // other polynomials than before
	}
	var enough, exhausted atomic.Bool
	stop := func() bool { return enough.Load() || exhausted.Load() || ctx.Err() != nil }
	// More relations than columns; a failed attempt asks for more.
	for need := len(j.base.primes) + 24; ; need += 64 {
		enough.Store(relations.count() >= need)
		c.Share(func() crew.Unit {
			s := newSiever(j)
			return func() bool {
				if stop() {
					return false
				}
				found, ok := s.run(stop)
				if !ok {
					exhausted.Store(true)
					return false
				}
				mutex.Lock()
				defer mutex.Unlock()
				relations.add(found)
				if err := book.note(found); err != nil && failed == nil {
					failed = err
					exhausted.Store(true)
				}
				enough.Store(relations.count() >= need)
				if o.Progress != nil {
					o.Progress(relations.progress(need))
				}
				return true
			}
		})
		if failed == nil {
			failed = book.flush()
		}
		if failed != nil {
			return nil, failed
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if exhausted.Load() {
			return nil, ErrExhausted
		}
		if d := j.factor(relations.cycles); d != nil {
			return d, nil
		}
	}
}
