package console

import (
	"slices"
	"strings"

	"github.com/rivo/uniseg"
)

// narrowest is the width to which a column is shortened at most.
const narrowest = 8

// Shorten returns s in at most width columns: what does not fit is replaced by …, between two words when more than
// half of the width remains, and never within a character that is made of several.
func Shorten(s string, width int) string {
	if Width(s) <= width {
		return s
	}
	if width < 1 {
		return ""
	}
	var b strings.Builder
	used, space, state := 0, 0, -1
	for rest := s; rest != ""; {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		w := Width(cluster)
		if used+w > width-1 {
			break
		}
		if cluster == " " && used*2 > width {
			space = b.Len()
		}
		b.WriteString(cluster)
		used += w
	}
	kept := b.String()
	if space > 0 {
		kept = kept[:space]
	}
	return strings.TrimRight(kept, " ") + "…"
}

// fit returns table as a terminal of width columns shows it: without the columns that hold nothing, and with the
// text of the widest columns shortened, first of those that table.Shorten names, then of the others that hold text.
// Numbers stay whole.
func (table Table) fit(width int) Table {
	table = table.withoutEmpty()
	lines := table.lines(func(s string) string { return s })
	widths := columnWidths(lines)
	numeric := table.numeric()
	excess := -width
	for i, w := range widths {
		excess += w + min(i, 1)*2
	}
	named := func(i int) bool { return slices.Contains(table.Shorten, table.Columns[i]) }
	for _, chosen := range []func(int) bool{named, func(i int) bool { return !named(i) && !numeric[i] }} {
		for excess > 0 {
			widest := -1
			for i := range widths {
				if chosen(i) && widths[i] > max(narrowest, Width(lines[0][i])) && (widest < 0 || widths[i] > widths[widest]) {
					widest = i
				}
			}
			if widest < 0 {
				break
			}
			widths[widest]--
			excess--
		}
	}
	rows := make([][]any, len(table.Rows))
	for r, row := range table.Rows {
		rows[r] = slices.Clone(row)
		for i := range row {
			if text := lines[r+1][i]; Width(text) > widths[i] {
				rows[r][i] = Shorten(text, widths[i])
			}
		}
	}
	table.Rows = rows
	return table
}

// withoutEmpty returns table without the columns in which every cell is empty.
func (table Table) withoutEmpty() Table {
	if len(table.Rows) == 0 {
		return table
	}
	var keep []int
	for i := range table.Columns {
		if slices.ContainsFunc(table.Rows, func(row []any) bool { return cell(row[i]) != "" }) {
			keep = append(keep, i)
		}
	}
	if len(keep) == len(table.Columns) || len(keep) == 0 {
		return table
	}
	less := Table{Shorten: table.Shorten}
	for _, i := range keep {
		less.Columns = append(less.Columns, table.Columns[i])
	}
	for _, row := range table.Rows {
		cells := make([]any, len(keep))
		for j, i := range keep {
			cells[j] = row[i]
		}
		less.Rows = append(less.Rows, cells)
	}
	return less
}
