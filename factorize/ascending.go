package factorize

import (
	"container/heap"
	"fmt"
	"iter"
	"math/big"
	"slices"
)

// maxHeld bounds the bytes that Ascending holds.
const maxHeld = 64 << 20

// Ascending returns an iterator over the divisors of the product of the powers, in ascending order. It holds about
// twice the square root of their number, so that it serves where a list does not fit into memory; where even that
// exceeds 64 MB, it returns ErrTooMany. The loop must not change the numbers, nor keep them: each is valid until the
// next.
func Ascending(powers []PrimePower) (iter.Seq[*big.Int], error) {
	rows, columns, err := factorsOfGrid(powers)
	if err != nil {
		return nil, err
	}
	return func(yield func(*big.Int) bool) {
		// Every divisor is rows[r]*columns[c] for one r and one c. The heap holds the least one not
		// yet yielded of each row that was begun.
		h := &grid{{value: big.NewInt(1)}}
		for h.Len() > 0 {
			least := (*h)[0]
			if !yield(least.value) {
				return
			}
			if least.column == 0 && least.row+1 < len(rows) {
				heap.Push(h, &cell{least.row + 1, 0, new(big.Int).Set(rows[least.row+1])})
			}
			least.column++
			if least.column == len(columns) {
				heap.Pop(h)
				continue
			}
			least.value.Mul(rows[least.row], columns[least.column])
			heap.Fix(h, 0)
		}
	}, nil
}

// factorsOfGrid splits the powers into two groups with similar numbers of divisors, and returns
// the divisors of each.
func factorsOfGrid(powers []PrimePower) (rows, columns []*big.Int, err error) {
	ordered := slices.Clone(powers)
	slices.SortStableFunc(ordered, func(a, b PrimePower) int { return b.Exponent - a.Exponent })
	var groups [2][]PrimePower
	bits := 0
	for _, p := range ordered {
		bits += p.Exponent * p.Prime.BitLen()
		smaller := 0
		if Count(groups[0]).Cmp(Count(groups[1])) > 0 {
			smaller = 1
		}
		groups[smaller] = append(groups[smaller], p)
	}
	held := new(big.Int).Add(Count(groups[0]), Count(groups[1]))
	held.Mul(held, big.NewInt(int64(bits/8+64)))
	if held.Cmp(big.NewInt(maxHeld)) > 0 {
		return nil, nil, fmt.Errorf("%w: %s", ErrTooMany, shortened(Count(powers)))
	}
	if rows, err = DivisorsOf(groups[0]); err != nil {
		return nil, nil, err
	}
	columns, err = DivisorsOf(groups[1])
	return rows, columns, err
}

// A cell is one product of the grid.
type cell struct {
	row, column int
	value       *big.Int
}

// grid is a heap of cells.
type grid []*cell

func (g grid) Len() int           { return len(g) }
func (g grid) Less(i, j int) bool { return g[i].value.Cmp(g[j].value) < 0 }
func (g grid) Swap(i, j int)      { g[i], g[j] = g[j], g[i] }

// Push appends a cell; it is called by package heap.
func (g *grid) Push(x any) { *g = append(*g, x.(*cell)) }

// Pop removes the last cell; it is called by package heap.
func (g *grid) Pop() any {
	last := (*g)[len(*g)-1]
	*g = (*g)[:len(*g)-1]
	return last
}
