package lineedit

import (
	"slices"
	"unicode"

	"github.com/rivo/uniseg"
)

// A buffer is the line being edited: its runes, and the position of the cursor among them. What a reader sees as one
// letter, marks included, is passed and deleted as one.
type buffer struct {
	text []rune
	at   int
	cut  []rune // cut by Ctrl-K, Ctrl-U and Ctrl-W, for Ctrl-Y

	pasted      bool // it contains pasted line feeds or tabs
	pastedLines bool // and they were pasted at the beginning of the line
}

func (b *buffer) set(text string) {
	b.text = []rune(text)
	b.at = len(b.text)
}

func (b *buffer) insert(text []rune) {
	b.text = slices.Insert(b.text, b.at, text...)
	b.at += len(text)
}

// remove deletes the runes from one position to another.
func (b *buffer) remove(from, to int) {
	b.text = slices.Delete(b.text, from, to)
	b.at = from
}

// kill is like remove, but what it deletes can be yanked.
func (b *buffer) kill(from, to int) {
	b.cut = slices.Clone(b.text[from:to])
	b.remove(from, to)
}

// next returns the position after the letter at the cursor, marks included.
func (b *buffer) next() int {
	if b.at == len(b.text) {
		return b.at
	}
	end := min(len(b.text), b.at+maxCluster)
	cluster, _, _, _ := uniseg.FirstGraphemeClusterInString(string(b.text[b.at:end]), -1)
	return b.at + len([]rune(cluster))
}

// maxCluster is how many runes may form one letter.
const maxCluster = 32

// previous returns the position of the letter before the cursor.
func (b *buffer) previous() int {
	at := max(0, b.at-maxCluster)
	last := at
	for rest := string(b.text[at:b.at]); rest != ""; {
		var cluster string
		cluster, rest, _, _ = uniseg.FirstGraphemeClusterInString(rest, -1)
		last = at
		at += len([]rune(cluster))
	}
	return last
}

func isWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r) || r == '\'' || r == '’'
}

// wordLeft returns the beginning of the word before the cursor.
func (b *buffer) wordLeft() int {
	at := b.at
	for at > 0 && !isWord(b.text[at-1]) {
		at--
	}
	for at > 0 && isWord(b.text[at-1]) {
		at--
	}
	return at
}

// blankLeft returns the beginning of the blank-separated word before the cursor.
func (b *buffer) blankLeft() int {
	at := b.at
	for at > 0 && unicode.IsSpace(b.text[at-1]) {
		at--
	}
	for at > 0 && !unicode.IsSpace(b.text[at-1]) {
		at--
	}
	return at
}

// wordRight returns the end of the word after the cursor.
func (b *buffer) wordRight() int {
	at := b.at
	for at < len(b.text) && !isWord(b.text[at]) {
		at++
	}
	for at < len(b.text) && isWord(b.text[at]) {
		at++
	}
	return at
}

// press applies a key to the line; it returns false if the key does nothing there.
func (b *buffer) press(key string) bool {
	switch key {
	case "left", "ctrl+b":
		b.at = b.previous()
	case "right", "ctrl+f":
		b.at = b.next()
	case "home", "ctrl+a":
		b.at = 0
	case "end", "ctrl+e":
		b.at = len(b.text)
	case "ctrl+left", "alt+b":
		b.at = b.wordLeft()
	case "ctrl+right", "alt+f":
		b.at = b.wordRight()
	case "backspace", "ctrl+h":
		b.remove(b.previous(), b.at)
	case "delete", "ctrl+d":
		b.remove(b.at, b.next())
	case "ctrl+k":
		b.kill(b.at, len(b.text))
	case "ctrl+u":
		b.kill(0, b.at)
	case "ctrl+w":
		b.kill(b.blankLeft(), b.at)
	case "alt+backspace":
		b.kill(b.wordLeft(), b.at)
	case "alt+d":
		b.kill(b.at, b.wordRight())
	case "ctrl+y":
		b.insert(b.cut)
	case "ctrl+t":
		if b.at > 0 && len(b.text) > 1 {
			at := min(b.at, len(b.text)-1)
			b.text[at-1], b.text[at] = b.text[at], b.text[at-1]
			b.at = at + 1
		}
	default:
		return false
	}
	return true
}
