package console

import (
	"io"
	"os"
)

// Style is how text stands out on a terminal.
type Style string

// The styles are few, and readable on light and dark backgrounds.
const (
	Bold   Style = "1"
	Dim    Style = "2"
	Red    Style = "31"
	Green  Style = "32"
	Yellow Style = "33"
	Cyan   Style = "36"
)

// Paint returns text in the given style if w, which is t.Out or t.Err, shows colours: it is a terminal, TERM is not
// dumb, NO_COLOR is empty (https://no-color.org) and neither --no-color nor --json was given. Else it returns text
// as it is.
func (t *Terminal) Paint(w io.Writer, style Style, text string) string {
	if text == "" || !t.Colors(w) {
		return text
	}
	return "\x1b[" + string(style) + "m" + text + "\x1b[0m"
}

// Colors reports whether w, which is t.Out or t.Err, shows colours.
func (t *Terminal) Colors(w io.Writer) bool {
	return !t.plain && !t.json && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && IsTerminal(w)
}
