package console

import (
	"encoding/binary"
	"iter"
	"slices"
)

// packed holds rows of a table as text, without what a string and an interface need for each cell: a table of 100,000
// rows has to be read to its end before the widths of its columns are known.
type packed struct {
	blocks [][]byte // whole rows each: of every cell the length and the bytes
	rows   int
}

const blockSize = 64 << 10

// Pack stores the table's rows in a third of the memory, as the text that people would see. It is for a table that goes
// to a pipe or a file, while rows are still being added. Packed rows come before Rows, and their numbers are text.
func (table *Table) Pack() {
	for _, row := range table.Rows {
		table.packed.add(row)
	}
	clear(table.Rows)
	table.Rows = table.Rows[:0]
}

// rows returns all rows; a row is valid until the next one.
func (table Table) rows() iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		for row := range table.packed.all(len(table.Columns)) {
			if !yield(row) {
				return
			}
		}
		for _, row := range table.Rows {
			if !yield(row) {
				return
			}
		}
	}
}

// unpacked returns the table with all rows in Rows.
func (table Table) unpacked() Table {
	if table.packed.rows == 0 {
		return table
	}
	var rows [][]any
	for row := range table.rows() {
		rows = append(rows, slices.Clone(row))
	}
	table.Rows, table.packed = rows, packed{}
	return table
}

func (p *packed) add(row []any) {
	size := 0
	for _, v := range row {
		size += binary.MaxVarintLen64 + len(cell(v))
	}
	last := len(p.blocks) - 1
	if last < 0 || cap(p.blocks[last])-len(p.blocks[last]) < size {
		p.blocks = append(p.blocks, make([]byte, 0, max(blockSize, size)))
		last++
	}
	for _, v := range row {
		text := cell(v)
		p.blocks[last] = append(binary.AppendUvarint(p.blocks[last], uint64(len(text))), text...)
	}
	p.rows++
}

// all returns the rows, of so many cells each; a row is valid until the next one.
func (p *packed) all(cells int) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		row := make([]any, cells)
		for _, block := range p.blocks {
			for len(block) > 0 {
				for i := range row {
					n, size := binary.Uvarint(block)
					row[i] = string(block[size : size+int(n)])
					block = block[size+int(n):]
				}
				if !yield(row) {
					return
				}
			}
		}
	}
}
