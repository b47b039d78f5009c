package sieve

import (
	"iter"
	"math/bits"
	"slices"

	"github.com/pythonweb/goweb/factorize/internal/vector"
)

// A dense is a system of linear equations modulo 2 with zero on the right, a bit for each unknown: the stripes of all
// equations for the first unknowns, then those for the next.
type dense struct {
	equations, unknowns int
	stripes             []vector.Stripe
}

// Bits of a stripe, and words.
const (
	stripeWords = len(vector.Stripe{})
	stripeBits  = 64 * stripeWords
)

func newDense(equations, unknowns int) *dense {
	return &dense{equations, unknowns, make([]vector.Stripe, (unknowns+stripeBits-1)/stripeBits*equations)}
}

// flip adds an unknown to an equation.
func (d *dense) flip(equation, unknown int) {
	d.stripe(unknown / 64)[equation][unknown/64%stripeWords] ^= 1 << (unknown % 64)
}

// stripe is that of all equations with a word of the unknowns.
func (d *dense) stripe(word int) []vector.Stripe {
	return d.stripes[word/stripeWords*d.equations:][:d.equations]
}

// from is the stripes of all equations from that with a word on.
func (d *dense) from(word int) iter.Seq[[]vector.Stripe] {
	return slices.Chunk(d.stripes[word/stripeWords*d.equations:], d.equations)
}

// swap exchanges two equations of which the words before are zero.
func (d *dense) swap(a, b, word int) {
	for s := range d.from(word) {
		s[a], s[b] = s[b], s[a]
	}
}

// words is how many the unknowns fill.
func (d *dense) words() int { return (d.unknowns + 63) / 64 }

// solve returns independent solutions, at most 64: for each unknown its value in all of them, a bit each, and how many
// they are.
func (d *dense) solve() (values []uint64, solutions int) {
	pivots := d.echelon()
	values = make([]uint64, 64*d.words())
	next := 0 // of the pivots
	for i := 0; i < d.unknowns && solutions < 64; i++ {
		if next < len(pivots) && pivots[next] == i {
			next++
			continue
		}
		values[i] = 1 << solutions
		solutions++
	}
	// An equation says that its pivot is the sum of the unknowns after it.
	behind := make([]uint64, len(pivots))
	for word := d.words() - 1; word >= 0; word-- {
		stripe := d.stripe(word)
		k := len(pivots) - 1
		for ; k >= 0 && pivots[k] >= 64*word; k-- {
			sum := behind[k]
			for w := stripe[k][word%stripeWords]; w != 0; w &= w - 1 {
				sum ^= values[64*word+bits.TrailingZeros64(w)]
			}
			values[pivots[k]] = sum // was 0 so far
		}
		pivots, behind = pivots[:k+1], behind[:k+1]
		addValues(behind, stripe, word%stripeWords, (*[64]uint64)(values[64*word:]))
	}
	return values, solutions
}

// addValues adds the values of the unknowns in one word of the equations, by the sums of each eight of them.
func addValues(sums []uint64, stripe []vector.Stripe, word int, values *[64]uint64) {
	var table [64 / together]subsets
	for k := range table {
		for i := range together {
			table[k].double(i, values[together*k+i])
		}
	}
	for i := range sums {
		w, sum := stripe[i][word], uint64(0)
		for k := range table {
			sum ^= table[k][uint8(w>>(together*k))]
		}
		sums[i] ^= sum
	}
}

// together is how many unknowns are eliminated at once.
const together = 8

// subsets has the sum modulo 2 of each subset of some words.
type subsets [1 << together]uint64

// double adds one word to those of which there are i so far.
func (s *subsets) double(i int, word uint64) {
	for v := range 1 << i {
		s[1<<i|v] = s[v] ^ word
	}
}

// echelon brings the equations into echelon form, and returns the first unknown of each that is not empty. It goes
// forward by 64 unknowns: a panel of them is eliminated alone, and then each equation gets, in all its stripes, the sum
// of those equations that its mask names. Both take sums of many from tables (the method of four Russians, in the form
// of Albrecht, Bard and Hart, "Algorithm 898", 2010).
func (d *dense) echelon() (pivots []int) {
	sums := new(vector.Sums)
	p := panel{d: d, words: make([]uint64, d.equations), masks: make([]uint64, d.equations)}
	for word := 0; word < d.words() && len(pivots) < d.equations; word++ {
		rank := len(pivots)
		for _, bit := range p.eliminate(word, rank) {
			pivots = append(pivots, 64*word+bit)
		}
		if len(pivots) == rank {
			continue
		}
		for stripe := range d.from(word) {
			sums.Set(stripe[rank:len(pivots)])
			sums.AddTo(stripe[rank:], p.masks)
		}
	}
	return pivots
}

// A panel is one word of the equations that have no pivot yet.
type panel struct {
	d      *dense
	words  []uint64
	masks  []uint64 // which of the new pivots' equations, as they were, are in the sum that an equation becomes
	word   int
	rank   int   // of the equations before
	pivots []int // bits of the word
}

// eliminate returns the bits of a word that are pivots of the equations from rank on, which it moves there.
func (p *panel) eliminate(word, rank int) []int {
	left := p.d.equations - rank
	p.words, p.masks, p.word, p.rank, p.pivots = p.words[:left], p.masks[:left], word, rank, p.pivots[:0]
	clear(p.masks)
	for i, s := range p.d.stripe(word)[rank:] {
		p.words[i] = s[word%stripeWords]
	}
	for first := 0; first < 64; first += together {
		p.eliminateSome(first)
	}
	for i := range p.pivots {
		p.masks[i] ^= 1 << i // the equation itself is there already
	}
	return p.pivots
}

// eliminateSome is eliminate for the bits from first on. Each of their pivots ends with 0 where the others have theirs,
// so that the bits of an equation tell what to add.
func (p *panel) eliminateSome(first int) {
	begin := len(p.pivots)
	for bit := first; bit < first+together; bit++ {
		row := p.find(bit, begin)
		if row < 0 {
			continue
		}
		end := len(p.pivots)
		p.words[row], p.words[end] = p.words[end], p.words[row]
		p.masks[row], p.masks[end] = p.masks[end], p.masks[row]
		p.d.swap(p.rank+row, p.rank+end, p.word)
		p.masks[end] ^= 1 << end
		for k := begin; k < end; k++ {
			if p.words[k]>>bit&1 != 0 {
				p.add(k, end)
			}
		}
		p.pivots = append(p.pivots, bit)
	}
	var words, masks subsets
	used := uint8(0)
	for k, next := begin, 0; next < together; next++ {
		if k < len(p.pivots) && p.pivots[k] == first+next {
			words.double(next, p.words[k])
			masks.double(next, p.masks[k])
			used |= 1 << next
			k++
		}
	}
	for i := len(p.pivots); i < len(p.words); i++ {
		v := uint8(p.words[i]>>first) & used
		p.words[i] ^= words[v]
		p.masks[i] ^= masks[v]
	}
}

// find returns an equation after the pivots with a bit, after the pivots from begin on are taken out of it, or -1.
func (p *panel) find(bit, begin int) int {
	for i := len(p.pivots); i < len(p.words); i++ {
		for k, pivot := range p.pivots[begin:] {
			if p.words[i]>>pivot&1 != 0 {
				p.add(i, begin+k)
			}
		}
		if p.words[i]>>bit&1 != 0 {
			return i
		}
	}
	return -1
}

// add adds one equation to another.
func (p *panel) add(to, from int) {
	p.words[to] ^= p.words[from]
	p.masks[to] ^= p.masks[from]
}
