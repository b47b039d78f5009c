package lineedit

import (
	"bytes"
	"fmt"
	"io"

	"github.com/rivo/uniseg"

	"github.com/pythonweb/goweb/console"
)

// A screen is what the terminal shows of a line. It writes what changes, and nothing else: a letter at the end of a
// line costs only that letter, however long the line is.
type screen struct {
	out    io.Writer
	width  int
	prompt string
	text   []rune // after the prompt
	cells  []cell // of each rune of text, and of its end
	at     place  // of the cursor
}

// A place is a position on the terminal, relative to the beginning of the prompt.
type place struct{ row, column int }

// A cell says where a rune is shown: all runes of what a reader sees as one letter are in the same place.
type cell struct {
	place
	start int // the index of the first rune of the letter
}

// begin writes a prompt at the beginning of a line of the terminal.
func (s *screen) begin(prompt string, width int) error {
	s.prompt, s.width, s.text = prompt, width, s.text[:0]
	s.at = s.after(place{}, console.Width(prompt))
	s.cells = append(s.cells[:0], cell{s.at, 0})
	_, err := io.WriteString(s.out, prompt)
	return err
}

// after returns the place after something of this many columns at p. A letter of two columns does not begin in the last
// one.
func (s *screen) after(p place, columns int) place {
	if columns <= 2 && p.column+columns > s.width {
		p = place{p.row + 1, 0}
	}
	p.column += columns
	return place{p.row + p.column/s.width, p.column % s.width}
}

// layOut computes the places of a text whose runes before same have not moved. It returns the index of the first rune
// of the letter in which the change begins.
func (s *screen) layOut(text []rune, same int) int {
	unchanged, before := same, s.cells[same]
	if same > 0 {
		same = s.cells[same-1].start // a mark may have been added to it
	}
	s.cells = s.cells[:same+1]
	at := s.cells[same].place
	s.cells[same].start = same
	for i, rest, state := same, string(text[same:]), -1; rest != ""; {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		next := s.after(at, console.Width(cluster))
		if next.column == 0 && next.row > at.row+1 || next.column > 0 && next.row > at.row {
			s.cells[i].place = place{next.row, 0} // it did not fit into the row
		}
		first := i
		for range []rune(cluster)[1:] {
			i++
			s.cells = append(s.cells, cell{s.cells[first].place, first})
		}
		i++
		at = next
		s.cells = append(s.cells, cell{at, i})
	}
	if s.cells[unchanged] == before && before.start == unchanged {
		return unchanged
	}
	return same
}

// show makes the terminal show a text with the cursor before the rune at index at.
func (s *screen) show(text []rune, at int) error {
	var b bytes.Buffer
	same := 0
	for same < len(s.text) && same < len(text) && s.text[same] == text[same] {
		same++
	}
	if same < len(s.text) || same < len(text) {
		same = s.layOut(text, same)
		s.move(&b, s.cells[same].place)
		if same < len(s.text) {
			b.WriteString("\x1b[J")
		}
		b.WriteString(string(text[same:]))
		if s.at = s.cells[len(text)].place; same < len(text) && s.at.column == 0 {
			b.WriteString("\r\n") // otherwise the cursor would wait past the last column
		}
		s.text = append(s.text[:same], text[same:]...)
	}
	s.move(&b, s.cells[at].place)
	if b.Len() == 0 {
		return nil
	}
	_, err := s.out.Write(b.Bytes())
	return err
}

// move moves the cursor.
func (s *screen) move(b *bytes.Buffer, to place) {
	switch rows := to.row - s.at.row; {
	case rows < 0:
		fmt.Fprintf(b, "\x1b[%dA", -rows)
	case rows > 0:
		fmt.Fprintf(b, "\x1b[%dB", rows)
	}
	switch columns := to.column - s.at.column; {
	case columns == -1:
		b.WriteByte('\b')
	case columns < 0 && to.column == 0:
		b.WriteByte('\r')
	case columns < 0:
		fmt.Fprintf(b, "\x1b[%dD", -columns)
	case columns > 0:
		fmt.Fprintf(b, "\x1b[%dC", columns)
	}
	s.at = to
}

// again redraws everything: the terminal has another width, or the prompt is another one.
func (s *screen) again(prompt string, width int, text []rune, at int) error {
	var b bytes.Buffer
	s.move(&b, place{})
	b.WriteString("\r\x1b[J")
	if _, err := s.out.Write(b.Bytes()); err != nil {
		return err
	}
	if err := s.begin(prompt, width); err != nil {
		return err
	}
	return s.show(text, at)
}

// leave moves the cursor below the line.
func (s *screen) leave(end string) error {
	var b bytes.Buffer
	s.move(&b, s.cells[len(s.text)].place)
	b.WriteString(end)
	if s.at.column > 0 || end != "" || s.at.row == 0 {
		b.WriteString("\r\n")
	}
	_, err := s.out.Write(b.Bytes())
	return err
}
