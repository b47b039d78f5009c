package factorize

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/pythonweb/goweb/factorize/internal/crew"
	"github.com/pythonweb/goweb/factorize/internal/word"
)

// ErrNotPositive is returned for 0, which every number divides, and for negative numbers.
var ErrNotPositive = errors.New("not a positive number")

// A PrimePower is a prime and how often it divides a number, at least once.
type PrimePower struct {
	Prime    *big.Int
	Exponent int
}

// A PartialError says that a number was not factored completely before the context ended. The number is the product of
// Found and Cofactor.
type PartialError struct {
	Found    []PrimePower // ascending
	Cofactor *big.Int     // has factors, or is not yet known to be prime
	Cause    error        // why the work ended
}

// Error says what ended the work and which factor is left, shortened if it is long.
func (e *PartialError) Error() string {
	return fmt.Sprintf("not factored completely: %v; %s is left", e.Cause, shortened(e.Cofactor))
}

// Unwrap returns the Cause.
func (e *PartialError) Unwrap() error { return e.Cause }

func shortened(n *big.Int) string {
	s := n.String()
	if len(s) > 50 {
		return fmt.Sprintf("%s…%s (%d digits)", s[:20], s[len(s)-20:], len(s))
	}
	return s
}

// Primes returns the prime factors of n, ascending; 1 has none. It computes on one core. If ctx ends first, the error
// is a *PartialError; ErrNotPositive is returned for n < 1.
func Primes(ctx context.Context, n *big.Int) ([]PrimePower, error) {
	return NewFactorizer(1).Primes(ctx, n)
}

// AppendPrimes appends the prime factors of n to dst, ascending, each as often as it divides n,
// and returns the extended slice. For 0 and 1 it appends nothing. It does not allocate if dst has room for 63 more.
func AppendPrimes(dst []uint64, n uint64) []uint64 { return word.AppendFactors(dst, n) }

// A Factorizer factors numbers on a fixed number of cores. Its methods may be called by several goroutines at
// once: together they use no more than those cores, and a hard number uses what others leave.
type Factorizer struct {
	// Progress, if not nil, is called now and then while a number of more than 64 bits is worked on: with that number,
	// what is being done to it, and how much of that is done, from 0 to 1. It may be called
	// by several goroutines at once. It must not change the number.
	Progress func(n *big.Int, step string, done float64)

	crew *crew.Crew
}

// NewFactorizer returns a Factorizer for the given number of cores, at least one.
func NewFactorizer(cores int) *Factorizer { return &Factorizer{crew: crew.New(cores)} }

// Primes is [Primes] on the cores of f.
func (f *Factorizer) Primes(ctx context.Context, n *big.Int) ([]PrimePower, error) {
	if n.Sign() <= 0 {
		return nil, fmt.Errorf("%s: %w", shortened(n), ErrNotPositive)
	}
	if n.IsUint64() {
		var buffer [64]uint64
		return powersOfWords(word.AppendFactors(buffer[:0], n.Uint64())), nil
	}
	if err := f.crew.Enter(ctx); err != nil {
		return nil, &PartialError{nil, new(big.Int).Set(n), err}
	}
	defer f.crew.Leave()
	s := splitter{factorizer: f, number: n}
	return s.run(ctx)
}

// powersOfWords counts equal neighbours of ascending primes.
func powersOfWords(primes []uint64) []PrimePower {
	var powers []PrimePower
	for i := 0; i < len(primes); {
		j := i
		for j < len(primes) && primes[j] == primes[i] {
			j++
		}
		powers = append(powers, PrimePower{new(big.Int).SetUint64(primes[i]), j - i})
		i = j
	}
	return powers
}

// merged sorts the powers and adds up the exponents of equal primes.
func merged(powers []PrimePower) []PrimePower {
	slices.SortFunc(powers, func(a, b PrimePower) int { return a.Prime.Cmp(b.Prime) })
	out := powers[:0]
	for _, p := range powers {
		if last := len(out) - 1; last >= 0 && out[last].Prime.Cmp(p.Prime) == 0 {
			out[last].Exponent += p.Exponent
			continue
		}
		out = append(out, p)
	}
	return out
}
