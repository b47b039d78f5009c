package sieve

import (
	"cmp"
	"iter"
	"math/bits"
	"slices"
)

// dependencies returns sets of cycles in whose product every prime occurs an even number of times: independent ones,
// and as many as there are, up to 64.
func dependencies(cycles []cycle, columns int) iter.Seq[[]int] {
	cycles = cycles[:min(len(cycles), columns+64)]
	solve := solveDense
	if columns >= sparseFrom {
		solve = solveSparse
	}
	values, count := solve(cycles, columns)
	return func(yield func([]int) bool) {
		for k := range count {
			set := make([]int, 0, len(cycles))
			for i := range cycles {
				if values[i]>>k&1 != 0 {
					set = append(set, i)
				}
			}
			if !yield(set) {
				return
			}
		}
	}
}

// solveDense returns for each cycle in which dependencies it is, a bit each, and how many they are.
func solveDense(cycles []cycle, columns int) (values []uint64, count int) {
	d := newDense(columns, len(cycles))
	for i, c := range cycles {
		for _, r := range c {
			for _, f := range r.factors {
				d.flip(int(f), i)
			}
		}
	}
	return d.solve()
}

// solveSparse is solveDense for a large matrix: it first loses the rows and columns that cannot take part, and the
// columns with few rows, while the rows are still sparse.
func solveSparse(cycles []cycle, columns int) (values []uint64, count int) {
	return newMatrix(cycles, columns).solve(2 + columns/5000) // the larger, the more it pays
}

// sparseFrom is from how many columns on it pays to eliminate some while the rows are sparse.
const sparseFrom = 3000

// A matrix has a row for each cycle: the columns with odd exponents, ascending.
type matrix struct {
	rows   [][]uint32 // nil where a row was used up
	count  []int      // rows of each column
	merges []merge
}

// A merge added a row to all others with one of its columns, and took it out.
type merge struct {
	row  int32
	into []int32
}

func newMatrix(cycles []cycle, columns int) *matrix {
	m := &matrix{rows: make([][]uint32, len(cycles)), count: make([]int, columns)}
	odd := make([]uint64, (columns+63)/64) // a bit for each column
	for i, c := range cycles {
		for _, r := range c {
			for _, f := range r.factors {
				odd[f/64] ^= 1 << (f % 64)
			}
		}
		size := 0
		for _, word := range odd {
			size += bits.OnesCount64(word)
		}
		row := make([]uint32, 0, size)
		for w, word := range odd {
			for ; word != 0; word &= word - 1 {
				column := uint32(64*w + bits.TrailingZeros64(word))
				row = append(row, column)
				m.count[column]++
			}
		}
		clear(odd)
		m.rows[i] = row
	}
	return m
}

// remove takes a row out.
func (m *matrix) remove(i int) {
	for _, c := range m.rows[i] {
		m.count[c]--
	}
	m.rows[i] = nil
}

// alive lists the rows that are left.
func (m *matrix) alive() (rows []int) {
	for i, r := range m.rows {
		if r != nil {
			rows = append(rows, i)
		}
	}
	return rows
}

// excess is how many more rows than columns are kept: each is a chance to split n.
const excess = 24

// dropSingletons removes rows with a prime that no other row has, and then the heaviest rows that are not needed.
func (m *matrix) dropSingletons() {
	single := func(c uint32) bool { return m.count[c] == 1 }
	for changed := true; changed; {
		changed = false
		for i, r := range m.rows {
			if slices.ContainsFunc(r, single) {
				m.remove(i)
				changed = true
			}
		}
	}
	alive := m.alive()
	active := 0
	for _, n := range m.count {
		if n > 0 {
			active++
		}
	}
	if len(alive) <= active+excess {
		return
	}
	slices.SortFunc(alive, func(a, b int) int { return cmp.Compare(len(m.rows[b]), len(m.rows[a])) })
	for _, i := range alive[:len(alive)-active-excess] {
		m.remove(i)
	}
}

// eliminate clears columns of at most that many rows by adding the lightest of them to the others. Columns that have
// far more rows are not looked at.
func (m *matrix) eliminate(most int) {
	where := make([][]int32, len(m.count)) // rows of a column; may name too many
	for c, n := range m.count {
		if n > 0 && n <= 4*most {
			where[c] = make([]int32, 0, n)
		}
	}
	for i, r := range m.rows {
		for _, c := range r {
			if where[c] != nil {
				where[c] = append(where[c], int32(i))
			}
		}
	}
	for weight := 1; weight <= most; weight++ {
		for changed := true; changed; {
			changed = false
			for c := len(m.count) - 1; c >= 0; c-- { // the large primes are rare
				if n := m.count[c]; n > 0 && n <= weight && where[c] != nil {
					m.merge(c, where)
					changed = true
				}
			}
		}
	}
}

func (m *matrix) merge(c int, where [][]int32) {
	users := make([]int32, 0, m.count[c])
	best := int32(-1)
	for _, i := range where[c] {
		r := m.rows[i]
		if slices.Contains(users, i) {
			continue
		}
		if _, ok := slices.BinarySearch(r, uint32(c)); !ok {
			continue
		}
		users = append(users, i)
		if best < 0 || len(r) < len(m.rows[best]) {
			best = i
		}
	}
	p := m.rows[best]
	users = slices.DeleteFunc(users, func(i int32) bool { return i == best })
	for _, i := range users {
		r := m.rows[i]
		for _, k := range r {
			m.count[k]--
		}
		sum := symmetricDifference(r, p)
		for _, k := range sum {
			m.count[k]++
			if where[k] == nil {
				continue
			}
			if _, had := slices.BinarySearch(r, k); !had {
				where[k] = append(where[k], i)
			}
		}
		m.rows[i] = sum
	}
	m.remove(int(best))
	m.merges = append(m.merges, merge{best, users})
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

// solve returns for each row in which dependencies it is, a bit each, and how many they are. Columns of at most that
// many rows are eliminated while the rows are sparse.
func (m *matrix) solve(most int) (values []uint64, count int) {
	m.dropSingletons()
	m.eliminate(most)
	rows := m.alive()
	equation := make([]int, len(m.count)) // of a column
	equations := 0
	for c, n := range m.count {
		if n > 0 {
			equation[c] = equations
			equations++
		}
	}
	d := newDense(equations, len(rows))
	for i, r := range rows {
		for _, c := range m.rows[r] {
			d.flip(equation[c], i)
		}
	}
	some, count := d.solve()
	values = make([]uint64, len(m.rows))
	for i, r := range rows {
		values[r] = some[i]
	}
	for _, merge := range slices.Backward(m.merges) {
		for _, i := range merge.into {
			values[merge.row] ^= values[i]
		}
	}
	return values, count
}
