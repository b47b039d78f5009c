package sieve

import (
	"cmp"
	"iter"
	"math/bits"
	"slices"

	"github.com/pythonweb/goweb/factorize/internal/vector"
)

// dependencies returns sets of cycles in whose product every prime occurs an even
// number of times. It drops rows and columns that cannot take part, eliminates the
// columns with few rows while the rows are still sparse, and the rest with rows
// packed into bits.
func dependencies(cycles []cycle, columns int) iter.Seq[[]int] {
	m := newMatrix(cycles, columns)
	m.dropSingletons()
	if columns > sparseFrom {
		m.eliminateSparse()
	}
	return m.eliminateDense()
}

// sparseFrom is from how many columns on it pays to eliminate some while the rows are sparse.
const sparseFrom = 3000

// A row is a product of cycles: the columns with odd exponents, ascending, and the
// cycles themselves, ascending.
type row struct {
	columns []uint32
	history []uint32
}

type matrix struct {
	rows  []*row // nil where a row was used up
	count []int  // rows of each column
}

func newMatrix(cycles []cycle, columns int) *matrix {
	m := &matrix{rows: make([]*row, len(cycles)), count: make([]int, columns)}
	odd := make([]uint64, (columns+63)/64) // a bit for each column
	for i, c := range cycles {
		for _, r := range c {
			for _, f := range r.factors {
				odd[f/64] ^= 1 << (f % 64)
			}
		}
		r := &row{history: []uint32{uint32(i)}}
		for w, word := range odd {
			for ; word != 0; word &= word - 1 {
				column := uint32(64*w + bits.TrailingZeros64(word))
				r.columns = append(r.columns, column)
				m.count[column]++
			}
		}
		clear(odd)
		m.rows[i] = r
	}
	return m
}

// remove takes a row out.
func (m *matrix) remove(i int) {
	for _, c := range m.rows[i].columns {
		m.count[c]--
	}
	m.rows[i] = nil
}

// excess is how many more rows than columns are kept: each is a chance to split n.
const excess = 24

// dropSingletons removes rows with a prime that no other row has, and then the
// heaviest rows that are not needed.
func (m *matrix) dropSingletons() {
	for changed := true; changed; {
		changed = false
		for i, r := range m.rows {
			if r == nil {
				continue
			}
			for _, c := range r.columns {
				if m.count[c] == 1 {
					m.remove(i)
					changed = true
					break
				}
			}
		}
	}
	var alive []int
	for i, r := range m.rows {
		if r != nil {
			alive = append(alive, i)
		}
	}
	active := 0
	for _, n := range m.count {
		if n > 0 {
			active++
		}
	}
	if len(alive) <= active+excess {
		return
	}
	slices.SortFunc(alive, func(a, b int) int { return cmp.Compare(len(m.rows[b].columns), len(m.rows[a].columns)) })
	for _, i := range alive[:len(alive)-active-excess] {
		m.remove(i)
	}
}

// maxMerge bounds the columns that are eliminated while sparse.
const maxMerge = 4

// eliminateSparse clears columns by adding their lightest row to the others.
func (m *matrix) eliminateSparse() {
	where := make([][]int, len(m.count)) // rows of a column; may name too many
	for i, r := range m.rows {
		if r != nil {
			for _, c := range r.columns {
				where[c] = append(where[c], i)
			}
		}
	}
	for weight := 1; weight <= maxMerge; weight++ {
		for changed := true; changed; {
			changed = false
			for c := len(m.count) - 1; c >= 0; c-- { // the large primes are rare
				if n := m.count[c]; n > 0 && n <= weight {
					m.pivot(c, where)
					changed = true
				}
			}
		}
	}
}

func (m *matrix) pivot(c int, where [][]int) {
	var users []int
	best := -1
	for _, i := range where[c] {
		r := m.rows[i]
		if r == nil || slices.Contains(users, i) {
			continue
		}
		if _, ok := slices.BinarySearch(r.columns, uint32(c)); !ok {
			continue
		}
		users = append(users, i)
		if best < 0 || len(r.columns) < len(m.rows[best].columns) {
			best = i
		}
	}
	p := m.rows[best]
	for _, i := range users {
		if i == best {
			continue
		}
		r := m.rows[i]
		for _, k := range r.columns {
			m.count[k]--
		}
		sum := &row{symmetricDifference(r.columns, p.columns), symmetricDifference(r.history, p.history)}
		for _, k := range sum.columns {
			m.count[k]++
			if _, had := slices.BinarySearch(r.columns, k); !had {
				where[k] = append(where[k], i)
			}
		}
		m.rows[i] = sum
	}
	m.remove(best)
	where[c] = nil
}

func symmetricDifference(a, b []uint32) []uint32 {
	out := make([]uint32, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			out = append(out, a[0])
			a = a[1:]
		case a[0] > b[0]:
			out = append(out, b[0])
			b = b[1:]
		default:
			a, b = a[1:], b[1:]
		}
	}
	out = append(out, a...)
	return append(out, b...)
}

// eliminateDense is Gaussian elimination of the matrix with a row for each column, packed, 64 rows a word. A row that
// is no pivot is free: it stands in a sum with the pivots that the equations then ask for.
func (m *matrix) eliminateDense() iter.Seq[[]int] {
	var rows []*row
	for _, r := range m.rows {
		if r != nil {
			rows = append(rows, r)
		}
	}
	index := make([]int, len(m.count))
	equations := 0
	for c, n := range m.count {
		if n > 0 {
			index[c] = equations
			equations++
		}
	}
	words := (len(rows) + 63) / 64
	packed, all := make([][]uint64, equations), make([]uint64, equations*words)
	for i := range packed {
		packed[i] = all[i*words : (i+1)*words]
	}
	for i, r := range rows {
		for _, c := range r.columns {
			packed[index[c]][i/64] |= 1 << (i % 64)
		}
	}
	var pivots []int
	table := make([]uint64, 1<<together*words)
	for first := 0; first < len(rows) && len(packed) > 0; first += together {
		for mask := eliminate(packed, len(pivots), first, table); mask != 0; mask &= mask - 1 {
			pivots = append(pivots, first+bits.TrailingZeros64(mask))
		}
	}
	sums, free := solve(packed, pivots, len(rows))
	return func(yield func([]int) bool) {
		for bit := range free {
			if !yield(m.expand(sums, bit, rows)) {
				return
			}
		}
	}
}

// solve returns for each of size rows in which sums it is, a bit each, and how many sums there are, at most 64. packed
// is in echelon form with the given pivots.
func solve(packed [][]uint64, pivots []int, size int) (sums []uint64, free int) {
	sums = make([]uint64, size)
	next := 0 // of the pivots
	for i := 0; i < size && free < 64; i++ {
		if next < len(pivots) && pivots[next] == i {
			next++
			continue
		}
		sums[i] = 1 << free
		free++
	}
	for k := len(pivots) - 1; k >= 0; k-- {
		var sum uint64
		for w, word := range packed[k] {
			for ; word != 0; word &= word - 1 {
				sum ^= sums[64*w+bits.TrailingZeros64(word)]
			}
		}
		sums[pivots[k]] = sum // was 0 so far
	}
	return sums, free
}

// together is how many columns eliminate clears at once. It divides 64.
const together = 8

// eliminate clears the columns from first on in all rows from rank on but those that it takes as pivots, and returns
// the columns that have one, a bit each. All sums of the pivots stand in a table, so that one addition clears all
// columns of a row (the method of four Russians, in the form of Albrecht, Bard and Hart, "Algorithm 898", 2010).
func eliminate(packed [][]uint64, rank, first int, table []uint64) uint64 {
	word, shift := first/64, first%64
	bitsOf := func(row []uint64) uint64 { return row[word] >> shift & (1<<together - 1) }
	var pivots [together][]uint64 // by column; has a 1 there, and a 0 where the others have theirs
	mask := uint64(0)             // of the columns with a pivot
	for c := range together {
		for i := rank; i < len(packed); i++ {
			row := packed[i]
			for k, pivot := range pivots[:c] {
				if pivot != nil && bitsOf(row)>>k&1 != 0 {
					vector.Xor(row[word:], pivot)
				}
			}
			if bitsOf(row)>>c&1 == 0 {
				continue
			}
			for _, pivot := range pivots[:c] {
				if pivot != nil && pivot[0]>>(shift+c)&1 != 0 {
					vector.Xor(pivot, row[word:])
				}
			}
			packed[i], packed[rank] = packed[rank], row
			pivots[c] = row[word:]
			mask |= 1 << c
			rank++
			break
		}
	}
	if mask == 0 {
		return 0
	}
	size := len(packed[0]) - word
	sum := func(v uint64) []uint64 { return table[int(v)*size:][:size] }
	clear(sum(0))
	for v := uint64(1); v < 1<<together; v++ {
		if v&^mask == 0 {
			low := bits.TrailingZeros64(v)
			copy(sum(v), sum(v&(v-1)))
			vector.Xor(sum(v), pivots[low])
		}
	}
	for _, row := range packed[rank:] {
		if v := bitsOf(row) & mask; v != 0 {
			vector.Xor(row[word:], sum(v))
		}
	}
	return mask
}

// expand translates a sum of rows to the cycles that occur in it an odd number of times.
func (m *matrix) expand(sums []uint64, bit int, rows []*row) []int {
	odd := make([]bool, len(m.rows))
	for i, r := range rows {
		if sums[i]>>bit&1 != 0 {
			for _, c := range r.history {
				odd[c] = !odd[c]
			}
		}
	}
	var cycles []int
	for c, is := range odd {
		if is {
			cycles = append(cycles, c)
		}
	}
	return cycles
}
