package screen

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/rivo/uniseg"
)

// input is the box in which a message is typed. It may have several lines, and keeps every character that is typed
// or pasted.
type input struct {
	text    string
	cursor  int      // in bytes, at a border of what a person takes for one character
	earlier []string // what was sent, oldest first
	place   int      // in earlier, while Up and Down go through it; len(earlier) is the newest text
	newest  string   // what was being typed before Up
}

// set replaces the text.
func (i *input) set(text string) { i.text, i.cursor = text, len(text) }

// insert puts text where the cursor is. Terminals send a pasted line's end as a carriage return.
func (i *input) insert(text string) {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	i.text = i.text[:i.cursor] + text + i.text[i.cursor:]
	i.cursor += len(text)
}

// take returns the text, and begins a new one.
func (i *input) take() string {
	text := i.text
	if text != "" && (len(i.earlier) == 0 || i.earlier[len(i.earlier)-1] != text) {
		i.earlier = append(i.earlier, text)
	}
	i.place, i.newest = len(i.earlier), ""
	i.set("")
	return text
}

// recall goes through what was sent: -1 to older texts, 1 to newer ones.
func (i *input) recall(step int) {
	to := i.place + step
	if to < 0 || to > len(i.earlier) {
		return
	}
	if i.place == len(i.earlier) {
		i.newest = i.text
	}
	if i.place = to; to == len(i.earlier) {
		i.set(i.newest)
	} else {
		i.set(i.earlier[to])
	}
}

// left returns the border before the cursor's character, right the one behind it.
func (i *input) left() int {
	last := 0
	for at := 0; at < i.cursor; {
		last = at
		at += len(first(i.text[at:]))
	}
	return last
}

func (i *input) right() int { return i.cursor + len(first(i.text[i.cursor:])) }

// first returns the first character of s, as a person counts.
func first(s string) string {
	cluster, _, _, _ := uniseg.FirstGraphemeClusterInString(s, -1)
	return cluster
}

// cut removes the text between two borders.
func (i *input) cut(from, to int) {
	i.text = i.text[:from] + i.text[to:]
	i.cursor = from
}

// key does what a key asks for, and says whether it has changed the text.
func (i *input) key(name string) (changed bool) {
	switch name {
	case "left", "ctrl+b":
		i.cursor = i.left()
	case "right", "ctrl+f":
		i.cursor = i.right()
	case "home", "ctrl+a":
		i.cursor = strings.LastIndexByte(i.text[:i.cursor], '\n') + 1
	case "end", "ctrl+e":
		i.cursor = i.lineEnd()
	case "up", "ctrl+p":
		return i.vertical(-1)
	case "down", "ctrl+n":
		return i.vertical(1)
	case "backspace", "ctrl+h":
		i.cut(i.left(), i.cursor)
		return true
	case "delete":
		i.cut(i.cursor, i.right())
		return true
	case "ctrl+w":
		kept := strings.TrimRight(i.text[:i.cursor], " \t\n")
		i.cut(strings.LastIndexAny(kept, " \t\n")+1, i.cursor)
		return true
	case "ctrl+u":
		i.cut(strings.LastIndexByte(i.text[:i.cursor], '\n')+1, i.cursor)
		return true
	case "ctrl+k":
		i.cut(i.cursor, i.lineEnd())
		return true
	}
	return false
}

func (i *input) lineEnd() int {
	if n := strings.IndexByte(i.text[i.cursor:], '\n'); n >= 0 {
		return i.cursor + n
	}
	return len(i.text)
}

// vertical moves the cursor by a line, or goes through what was sent when there is no line to go to.
func (i *input) vertical(step int) (changed bool) {
	begin := strings.LastIndexByte(i.text[:i.cursor], '\n') + 1
	column, end := i.cursor-begin, i.lineEnd()
	if step < 0 && begin == 0 || step > 0 && end == len(i.text) {
		i.recall(step)
		return true
	}
	if step < 0 {
		i.cursor = begin - 1
		begin = strings.LastIndexByte(i.text[:i.cursor], '\n') + 1
	} else {
		begin = end + 1
		i.cursor = begin
	}
	end = i.lineEnd()
	at := begin
	for at < end && at-begin < column {
		at += len(first(i.text[at:]))
	}
	i.cursor = min(at, end)
	return false
}

// rows lays the text out in lines of a width, and returns where the cursor is.
func (i *input) rows(width int) (rows []string, x, y int) {
	var row strings.Builder
	used := 0
	next := func() {
		rows = append(rows, row.String())
		row.Reset()
		used = 0
	}
	for at := 0; ; {
		if at == i.cursor {
			x, y = used, len(rows)
		}
		if at == len(i.text) {
			break
		}
		c := first(i.text[at:])
		at += len(c)
		if c == "\n" {
			next()
			continue
		}
		shown := visible(c)
		w := ansi.StringWidth(shown)
		if used+w > width {
			next()
			if at-len(c) == i.cursor {
				x, y = 0, len(rows)
			}
		}
		row.WriteString(shown)
		used += w
	}
	next()
	return rows, x, y
}

// visible is how a character is shown that is being typed: a tab as a gap, what controls the terminal as a sign.
func visible(c string) string {
	switch {
	case c == "\t":
		return "    "
	case ansi.StringWidth(c) == 0 || c < " " || c == "\x7f":
		return "·"
	}
	return c
}
