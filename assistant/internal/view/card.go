package view

import (
	"io"
	"strings"

	"github.com/pythonweb/goweb/console"
)

// card is a heading and labelled lines.
type card struct {
	v Console
	b strings.Builder
}

func (c *card) heading(s string) {
	c.b.WriteString(c.v.Paint(c.v.Out, console.Bold, console.Line(s)) + "\n")
}

// line writes a labelled value, unless it is empty. A value of several lines stays aligned.
func (c *card) line(label, value string) { c.write(label, value, "") }

// labelled writes a value with the label that it has; one that a person chose is as it is.
func (c *card) labelled(field, kind, value string) {
	if kind != "" {
		field = c.v.Lang.Text(field) + " (" + c.v.Lang.Text(kind) + ")"
	}
	c.write(field, value, "")
}

// small is line for what is seldom looked at.
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
		text := "  " + console.Pad(console.Line(label), labelWidth) + "  " + line
		if style != "" {
			text = c.v.Paint(c.v.Out, style, text)
		}
		c.b.WriteString(text + "\n")
	}
}

func (c *card) print() error {
	_, err := io.WriteString(c.v.Out, c.b.String())
	return err
}
