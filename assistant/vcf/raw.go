package vcf

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// A frame is what surrounds the properties of a card that was read; nil for a card that is written as usual.
type frame struct {
	begin, version, end []byte
	at                  int // the line of VERSION in the card; 0 when there is none
}

// A content is what a property says.
type content struct {
	group, name, value string
	params             []Param
}

// isRead reports whether the property still says what was read.
func (p *Property) isRead() bool {
	return p.read != nil && p.Group == p.read.group && p.Name == p.read.name && p.Value == p.read.value &&
		slices.EqualFunc(p.Params, p.read.params, func(a, b Param) bool {
			return a.Name == b.Name && slices.Equal(a.Values, b.Values)
		})
}

// keepBytes gives every property the lines of the card that it was read from, with the empty ones after it. Those of
// version 2.1 are written in another version, and those in another encoding than UTF-8 in that; only what has no
// meaning stays as it is wherever it is.
func (c *Card) keepBytes(lines [][]byte, old bool) {
	c.Source = bytes.Join(lines, nil)
	starts := make([]int, 0, len(c.Properties)+1)
	for i := range c.Properties {
		starts = append(starts, c.Properties[i].Line)
	}
	if c.frame.at > 0 {
		starts = append(starts, c.frame.at)
		slices.Sort(starts)
	}
	offsets := make([]int, len(lines)+1)
	for i, line := range lines {
		offsets[i+1] = offsets[i] + len(line)
	}
	last := len(lines) - 1
	segment := func(first int) []byte {
		end := last
		if next, _ := slices.BinarySearch(starts, first+1); next < len(starts) {
			end = starts[next]
		}
		return c.Source[offsets[first]:offsets[end]:offsets[end]]
	}
	for i := range c.Properties {
		p := &c.Properties[i]
		raw := segment(p.Line)
		if p.broken || !old && !p.joined && utf8.Valid(raw) {
			p.raw, p.read = raw, &content{p.Group, p.Name, p.Value, p.Params}
		}
	}
	if old || !utf8.Valid(c.Source) {
		c.frame.at = 0
		return
	}
	c.frame.begin, c.frame.end = segment(0), c.Source[offsets[last]:]
	if c.frame.at > 0 {
		c.frame.version = segment(c.frame.at)
	}
}

// writeKept writes lines as they were read, and ends the last of them.
func writeKept(b *bytes.Buffer, lines []byte) {
	b.Write(lines)
	if !bytes.HasSuffix(lines, []byte("\n")) {
		b.WriteString("\r\n")
	}
}
