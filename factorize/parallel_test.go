package factorize_test

import (
	"context"
	"errors"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/pythonweb/goweb/factorize"
	"go.uber.org/goleak"
)

// Parallel leaves no goroutine behind, whether it ends well, by a number that fails, or by its context.
func TestParallelEnds(t *testing.T) {
	defer goleak.VerifyNone(t)
	r := rand.New(rand.NewPCG(21, 5))
	var numbers []*big.Int
	for range 50 {
		numbers = append(numbers, randomNumber(r, 60))
	}
	if lists, err := factorize.Parallel(t.Context(), 4, numbers...); err != nil || len(lists) != len(numbers) {
		t.Errorf("%d lists, %v", len(lists), err)
	}
	numbers[20] = big.NewInt(0)
	if _, err := factorize.Parallel(t.Context(), 4, numbers...); !errors.Is(err, factorize.ErrNotPositive) {
		t.Errorf("a zero: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	numbers[20] = new(big.Int).Mul(randomPrime(r, 600), randomPrime(r, 600))
	if _, err := factorize.Parallel(ctx, 4, numbers...); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
