package factorize

import (
	"context"
	"errors"
	"math/big"

	"github.com/pythonweb/goweb/factorize/internal/state"
)

// ErrForeignState is returned for a file that keeps the state of another number.
var ErrForeignState = state.ErrForeign

// A State keeps the relations of a long number in a file while they are sieved, so that another process can go on after
// this one was stopped or killed. At most the last second is lost. It belongs to one call of [Factorizer.Resume] at a
// time.
type State struct {
	file   *state.File
	number *big.Int
}

// OpenState opens the state of n > 0 in the file at path, or creates it. The file of another number is refused.
func OpenState(path string, n *big.Int) (*State, error) {
	f, err := state.Open(path, n)
	if err != nil {
		return nil, err
	}
	return &State{f, n}, nil
}

// Close closes the file, which stays.
func (s *State) Close() error { return s.file.Close() }

// divisor returns the proper divisor of n that an earlier process has found, or nil.
func (s *State) divisor(n *big.Int) *big.Int {
	d := s.file.Part(n).Divisor()
	if d == nil || d.BitLen() < 2 || d.Cmp(n) >= 0 || new(big.Int).Mod(n, d).Sign() != 0 {
		return nil
	}
	return d
}

// begun reports whether relations of n were kept.
func (s *State) begun(n *big.Int) bool {
	for range s.file.Part(n).Kept() {
		return true
	}
	return false
}

// Resume is [Factorizer.Primes] of the number that the state was opened for.
func (f *Factorizer) Resume(ctx context.Context, s *State) ([]PrimePower, error) {
	if s.number.IsUint64() {
		return f.Primes(ctx, s.number)
	}
	if err := f.crew.Enter(ctx); err != nil {
		return nil, &PartialError{nil, new(big.Int).Set(s.number), err}
	}
	defer f.crew.Leave()
	job := splitter{factorizer: f, number: s.number, state: s}
	powers, err := job.run(ctx)
	var partial *PartialError
	if errors.As(err, &partial) && ctx.Err() == nil {
		return nil, partial.Cause // the file could not be written
	}
	return powers, err
}
