package view

import (
	"io"
	"strings"

	"github.com/pythonweb/goweb/console"
)

// card is a heading and labelled lines, whose values are aligned.
type card struct {
	v     Console
	lines []cardLine
}

// A cardLine has a label and a value, or is text that takes the whole line.
type cardLine struct {
	label, value string
	labelled     bool
	style        console.Style
}

func (c *card) heading(s string) {
	c.lines = append(c.lines, cardLine{value: c.v.Paint(c.v.Out, console.Bold, console.Line(s))})
}

// text adds what is not a field.
func (c *card) text(s string) { c.lines = append(c.lines, cardLine{value: s}) }

// line adds a labelled value, unless it is empty. A value of several lines stays aligned.
func (c *card) line(label, value string) { c.write(label, value, "") }

// labelled adds a value with its label, which is not translated if the user chose it.
func (c *card) labelled(field, kind, value string) {
	if kind != "" {
		field = c.v.Lang.Text(field) + " (" + c.v.Lang.Text(kind) + ")"
	}
	c.write(field, value, "")
}

// small is like line, for what is seldom looked at.
func (c *card) small(label, value string) { c.write(label, value, console.Dim) }

func (c *card) write(label, value string, style console.Style) {
	if value == "" {
		return
	}
	label = c.v.Lang.Text(label)
	for i, line := range strings.Split(console.Text(value), "\n") {
		if i > 0 {
			label = ""
		}
		c.lines = append(c.lines, cardLine{console.Line(label), line, true, style})
	}
}

// print writes the card. A single long label does not push all values to the right.
func (c *card) print() error {
	const least, most = 15, 32
	width := least
	for _, l := range c.lines {
		if n := console.Width(l.label); n > width && n <= most {
			width = n
		}
	}
	var b strings.Builder
	for _, l := range c.lines {
		text := l.value
		if l.labelled {
			text = strings.TrimRight("  "+console.Pad(l.label, width)+"  "+l.value, " ")
		}
		if l.style != "" {
			text = c.v.Paint(c.v.Out, l.style, text)
		}
		b.WriteString(text + "\n")
	}
	_, err := io.WriteString(c.v.Out, b.String())
	return err
}
