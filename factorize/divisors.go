package factorize

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/pythonweb/goweb/factorize/internal/word"
)

// ErrTooMany is returned where the divisors would not fit into memory. [Ascending] yields them one by one.
var ErrTooMany = errors.New("too many divisors to hold in memory")

// maxDivisors bounds the lists that Divisors makes.
const maxDivisors = 1 << 24

// Count returns the number of divisors of the product of the powers.
func Count(powers []PrimePower) *big.Int {
	count := big.NewInt(1)
	for _, p := range powers {
		count.Mul(count, big.NewInt(int64(p.Exponent)+1))
	}
	return count
}

// Divisors returns all divisors of n, from 1 to n, ascending, computing on one core. It fails as [Primes] does, and
// with ErrTooMany if there are more than 16,777,216.
func Divisors(ctx context.Context, n *big.Int) ([]*big.Int, error) {
	return NewFactorizer(1).Divisors(ctx, n)
}

// Divisors is [Divisors] on the cores of f.
func (f *Factorizer) Divisors(ctx context.Context, n *big.Int) ([]*big.Int, error) {
	if n.IsUint64() && n.Sign() > 0 {
		words := AppendDivisors(nil, n.Uint64())
		numbers := make([]big.Int, len(words))
		list := make([]*big.Int, len(words))
		for i, w := range words {
			list[i] = numbers[i].SetUint64(w)
		}
		return list, nil
	}
	powers, err := f.Primes(ctx, n)
	if err != nil {
		return nil, err
	}
	return DivisorsOf(powers)
}

// DivisorsOf returns all divisors of the product of the powers, ascending, or ErrTooMany if
// there are more than 16,777,216.
func DivisorsOf(powers []PrimePower) ([]*big.Int, error) {
	if count := Count(powers); count.Cmp(big.NewInt(maxDivisors)) > 0 {
		return nil, fmt.Errorf("%w: %s", ErrTooMany, shortened(count))
	}
	divisors := []*big.Int{big.NewInt(1)}
	for _, p := range powers {
		base := divisors
		power := big.NewInt(1)
		for range p.Exponent {
			power = new(big.Int).Mul(power, p.Prime)
			divisors = mergeMultiples(divisors, base, power)
		}
	}
	return divisors, nil
}

// mergeMultiples merges two ascending lists: sorted, and base times factor.
func mergeMultiples(sorted, base []*big.Int, factor *big.Int) []*big.Int {
	out := make([]*big.Int, 0, len(sorted)+len(base))
	products := make([]big.Int, len(base))
	i := 0
	for k, b := range base {
		product := products[k].Mul(b, factor)
		for i < len(sorted) && sorted[i].Cmp(product) < 0 {
			out = append(out, sorted[i])
			i++
		}
		out = append(out, product)
	}
	return append(out, sorted[i:]...)
}

// AppendDivisors appends all divisors of n to dst, ascending, and returns the extended slice. For 0, which every
// number divides, it appends nothing. No word has more than 103,680 divisors; it allocates only if dst lacks
// the room for them.
func AppendDivisors(dst []uint64, n uint64) []uint64 {
	if n == 0 {
		return dst
	}
	var primes [64]uint64
	return word.AppendDivisors(dst, word.AppendFactors(primes[:0], n))
}

// Sequential returns all divisors of each number, ascending, in the order of the numbers, and computes on one core.
// It stops at the first number that fails; see [Divisors].
func Sequential(ctx context.Context, numbers ...*big.Int) ([][]*big.Int, error) {
	return Parallel(ctx, 1, numbers...)
}

// SequentialUint64 is Sequential for words. For 0 the list is empty.
func SequentialUint64(numbers ...uint64) [][]uint64 {
	lists := make([][]uint64, len(numbers))
	for i, n := range numbers {
		lists[i] = slices.Clip(AppendDivisors(nil, n))
	}
	return lists
}
