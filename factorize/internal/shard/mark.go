// Package shard keeps the answers to a part of the input in a file that shows whether it is complete, and joins such
// files to what one run would have written.
//
// A file has a record for every place of the input that belongs to the shard, in order: a line of the output, lines
// that begin with a blank and belong to it, or a line of standard error after "! ". The last line is the [Mark].
package shard

import (
	"fmt"
	"strings"
)

// A Mark is the end of a file: it says which shard of what it is.
type Mark struct {
	Index, Count int
	Places       int // of the whole input
	Refused      int // in this shard
	Partial      int
	Flags        string // what the answers depend on, besides the input
	Input        string // checksum of the whole input
}

const markFormat = "# end of factorize shard %d/%d: places=%d refused=%d partial=%d flags=%q input=%q records=%q\n"

// maxMark is above the length of a mark.
const maxMark = 1 << 10

// line is the mark as a line, with the checksum of the records before it.
func (m Mark) line(records string) string {
	return fmt.Sprintf(markFormat, m.Index, m.Count, m.Places, m.Refused, m.Partial, m.Flags, m.Input, records)
}

func parseMark(line string) (m Mark, records string, ok bool) {
	_, err := fmt.Sscanf(
		line,
		markFormat,
		&m.Index,
		&m.Count,
		&m.Places,
		&m.Refused,
		&m.Partial,
		&m.Flags,
		&m.Input,
		&records,
	)
	ok = err == nil && line == m.line(records) && m.Count > 0 && m.Index >= 0 && m.Index < m.Count
	return m, records, ok
}

// own is how many of the places belong to the shard.
func (m Mark) own() int { return max((m.Places-m.Index+m.Count-1)/m.Count, 0) }

// Same reports whether both are the same shard of the same input with the same flags.
func (m Mark) Same(other Mark) bool {
	return m.Index == other.Index && m.Count == other.Count && m.kin(other)
}

// kin reports whether both are shards of the same input with the same flags.
func (m Mark) kin(other Mark) bool {
	return m.Count == other.Count && m.Flags == other.Flags && m.Input == other.Input
}

// Has reports whether a flag was given.
func (m Mark) Has(flag string) bool {
	for _, f := range strings.Fields(m.Flags) {
		if f == flag {
			return true
		}
	}
	return false
}
