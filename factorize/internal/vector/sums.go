package vector

// A Stripe is 512 bits of a row of a matrix.
type Stripe [8]uint64

// Sums has the sums modulo 2 of 64 stripes, four by four: that of each subset of the first four, of the next, and so
// on.
type Sums [16][16]Stripe

// Set makes the sums of at most 64 stripes.
func (s *Sums) Set(stripes []Stripe) {
	for k := range s {
		four := &s[k]
		for i := range 4 {
			var stripe Stripe
			if 4*k+i < len(stripes) {
				stripe = stripes[4*k+i]
			}
			for subset := range 1 << i {
				sum := &four[1<<i|subset]
				*sum = four[subset]
				sum.add(&stripe)
			}
		}
	}
}

// plainAddTo is AddTo.
func (s *Sums) plainAddTo(stripes []Stripe, masks []uint64) {
	for i, mask := range masks {
		for k := 0; mask != 0; k++ {
			if four := mask & 15; four != 0 {
				stripes[i].add(&s[k][four])
			}
			mask >>= 4
		}
	}
}

func (s *Stripe) add(other *Stripe) {
	for i := range s {
		s[i] ^= other[i]
	}
}
