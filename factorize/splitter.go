package factorize

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/pythonweb/goweb/factorize/internal/curve"
	"github.com/pythonweb/goweb/factorize/internal/cyclotomic"
	"github.com/pythonweb/goweb/factorize/internal/dword"
	"github.com/pythonweb/goweb/factorize/internal/fermat"
	"github.com/pythonweb/goweb/factorize/internal/power"
	"github.com/pythonweb/goweb/factorize/internal/sieve"
	"github.com/pythonweb/goweb/factorize/internal/trial"
	"github.com/pythonweb/goweb/factorize/internal/word"
)

// A splitter factors one number of more than 64 bits.
type splitter struct {
	factorizer *Factorizer
	number     *big.Int
	found      []PrimePower
	parts      []part // whose product with found is the number, the least last

	state    *State      // nil if nothing is kept
	enough   func() bool // if not nil, what was found may suffice
	moderate bool        // to give up rather than work for more than some seconds
}

// A part is a cofactor that is still to be factored.
type part struct {
	n        *big.Int
	exponent int
}

func (s *splitter) run(ctx context.Context) ([]PrimePower, error) {
	small, rest := trial.Divide(s.number)
	for _, p := range small {
		s.add(new(big.Int).SetUint64(uint64(p.Prime)), p.Exponent)
	}
	if err := s.begin(ctx, rest); err != nil {
		s.push(rest, 1)
		return nil, s.partial(err)
	}
	for len(s.parts) > 0 {
		if s.enough != nil && s.enough() {
			break
		}
		next := s.parts[len(s.parts)-1]
		s.parts = s.parts[:len(s.parts)-1]
		if err := s.step(ctx, next); err != nil {
			s.push(next.n, next.exponent)
			return nil, s.partial(err)
		}
	}
	return merged(s.found), nil
}

func (s *splitter) add(prime *big.Int, exponent int) {
	s.found = append(s.found, PrimePower{prime, exponent})
}

func (s *splitter) push(n *big.Int, exponent int) {
	if !n.IsUint64() || n.Uint64() != 1 {
		at, _ := slices.BinarySearchFunc(s.parts, n, func(p part, n *big.Int) int { return n.Cmp(p.n) })
		s.parts = slices.Insert(s.parts, at, part{n, exponent})
	}
}

// begin takes the rest that small primes leave, and splits it by the algebraic factors that the number has.
func (s *splitter) begin(ctx context.Context, rest *big.Int) error {
	parts := []*big.Int{rest}
	if rest.BitLen() > dword.MaxBits {
		factors, err := cyclotomic.Factors(ctx, s.number)
		if err != nil {
			return err
		}
		for _, f := range factors {
			for i, n := range parts {
				if d := new(big.Int).GCD(nil, nil, n, f); d.BitLen() > 1 && d.Cmp(n) != 0 {
					parts[i] = d
					parts = append(parts, new(big.Int).Quo(n, d))
				}
			}
		}
	}
	for _, n := range parts {
		s.push(n, 1)
	}
	return nil
}

// step finds p to be prime, or replaces it by smaller parts.
func (s *splitter) step(ctx context.Context, p part) error {
	if p.n.IsUint64() {
		var buffer [64]uint64
		for _, f := range word.AppendFactors(buffer[:0], p.n.Uint64()) {
			s.add(new(big.Int).SetUint64(f), p.exponent)
		}
		return nil
	}
	prime, err := isPrime(ctx, p.n)
	if err != nil {
		return err
	}
	if prime {
		s.add(p.n, p.exponent)
		return nil
	}
	root, k, err := power.Perfect(ctx, p.n)
	if err != nil {
		return err
	}
	if k > 1 {
		s.push(root, k*p.exponent)
		return nil
	}
	d, err := s.split(ctx, p.n)
	if err != nil {
		return err
	}
	s.push(d, p.exponent)
	s.push(new(big.Int).Quo(p.n, d), p.exponent)
	return nil
}

// split returns a proper factor of n, which is composite, not a power, and has no factor
// below trial.Bound.
func (s *splitter) split(ctx context.Context, n *big.Int) (*big.Int, error) {
	if s.state != nil {
		if d := s.state.divisor(n); d != nil {
			return d, nil
		}
	}
	size := n.BitLen()
	switch {
	case size <= dword.MaxBits:
		// A curve finds most factors that are small for the sieve, at a small part of its price.
		if d, err := dword.Split(ctx, n, 1); d != nil || err != nil {
			return d, err
		}
	case size <= sieve.MaxBits && (!s.moderate || size <= moderateBits):
		if s.state != nil && s.state.begun(n) {
			break // what comes before the sieve was tried
		}
		if size > fermatBits {
			if d, err := s.lucky(ctx, n); d != nil || err != nil {
				return d, err
			}
		}
		if d, err := s.curves(ctx, n, levelsBefore(size)); d != nil || err != nil {
			return d, err
		}
	default:
		return s.search(ctx, n)
	}
	d, err := s.sieve(ctx, n)
	if errors.Is(err, sieve.ErrExhausted) {
		return s.search(ctx, n)
	}
	return d, err
}

// sieve splits n by the quadratic sieve, with the relations that the state keeps.
func (s *splitter) sieve(ctx context.Context, n *big.Int) (*big.Int, error) {
	o := sieve.Options{Progress: s.progress("sieving")}
	if s.state == nil {
		return sieve.Split(ctx, n, s.factorizer.crew, o)
	}
	kept := s.state.file.Part(n)
	o.Keeper = kept
	d, err := sieve.Split(ctx, n, s.factorizer.crew, o)
	if err != nil {
		return nil, err
	}
	return d, kept.Found(d)
}

// What a moderate search sieves, and how many levels of curves it tries on longer numbers.
const (
	moderateBits   = 210
	moderateLevels = 2
)

// fermatBits is the length from which the sieve takes so long that it is worth looking for factors that one of many
// methods finds at once.
const fermatBits = 170

// lucky finds two factors close to each other, or one next to a product of small primes.
func (s *splitter) lucky(ctx context.Context, n *big.Int) (*big.Int, error) {
	if d, err := fermat.Split(ctx, n, 10*n.BitLen()); d != nil || err != nil {
		return d, err
	}
	bound := 500
	if size := n.BitLen(); size > 200 {
		bound = 1000 << min((size-200)/16, 7)
	}
	if d, err := curve.Minus(ctx, n, bound); d != nil || err != nil {
		return d, err
	}
	return curve.Plus(ctx, n, bound)
}

// search looks for factors of a number that is too long to be sieved, for as long as ctx allows.
func (s *splitter) search(ctx context.Context, n *big.Int) (*big.Int, error) {
	if d, err := s.lucky(ctx, n); d != nil || err != nil {
		return d, err
	}
	levels := curve.Levels()
	if s.moderate {
		levels = levels[:moderateLevels]
	}
	if d, err := s.curves(ctx, n, levels); d != nil || err != nil {
		return d, err
	}
	return nil, errors.New("no curve has found a factor") // after more curves than anyone can wait for
}

// levelsBefore are the curves that are tried before a number of that many bits is sieved: they take a few parts in
// a hundred of the sieve's time.
func levelsBefore(bits int) []curve.Level {
	if bits <= 200 {
		return []curve.Level{{Bound: 300, Curves: 2}}
	}
	count := 1
	for _, from := range [...]int{245, 282, 315} {
		if bits > from {
			count++
		}
	}
	return curve.Levels()[:count]
}

// curves tries the levels one after the other.
func (s *splitter) curves(ctx context.Context, n *big.Int, levels []curve.Level) (*big.Int, error) {
	seed := uint64(0)
	for _, level := range levels {
		step := fmt.Sprintf("%d curves up to %d", level.Curves, level.Bound)
		if d, err := curve.Search(ctx, n, level, seed, s.factorizer.crew, s.progress(step)); d != nil || err != nil {
			return d, err
		}
		seed += uint64(level.Curves)
	}
	return nil, nil
}

func (s *splitter) progress(step string) func(float64) {
	report := s.factorizer.Progress
	if report == nil {
		return nil
	}
	return func(done float64) { report(s.number, step, done) }
}

// partial makes the error of a number that is not factored completely.
func (s *splitter) partial(cause error) error {
	cofactor := big.NewInt(1)
	for _, p := range s.parts {
		cofactor.Mul(cofactor, new(big.Int).Exp(p.n, big.NewInt(int64(p.exponent)), nil))
	}
	return &PartialError{merged(s.found), cofactor, cause}
}
