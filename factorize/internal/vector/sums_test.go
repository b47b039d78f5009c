package vector

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestSums(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for size := range 70 {
		terms, stripes := make([]Stripe, min(size, 64)), make([]Stripe, size+1) // one more, which stays
		for _, list := range [][]Stripe{terms, stripes} {
			for i := range list {
				for k := range list[i] {
					list[i][k] = r.Uint64()
				}
			}
		}
		masks, want := make([]uint64, size), slices.Clone(stripes)
		for i := range masks {
			if r.IntN(3) > 0 {
				masks[i] = r.Uint64() >> r.UintN(64) << r.UintN(64)
			}
			for k, term := range terms {
				if masks[i]>>k&1 != 0 {
					want[i].add(&term)
				}
			}
		}
		plain := slices.Clone(stripes)
		sums := new(Sums)
		sums[15][3][2] = 1 // of what was summed before
		sums.Set(terms)
		sums.AddTo(stripes, masks)
		sums.plainAddTo(plain, masks)
		if !slices.Equal(stripes, want) || !slices.Equal(plain, want) {
			t.Fatalf("%d stripes: %v, plain %v, want %v", size, stripes, plain, want)
		}
	}
}
