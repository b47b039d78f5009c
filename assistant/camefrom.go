package assistant

import (
	"bytes"
	"strings"

	"github.com/pythonweb/goweb/assistant/vcf"
)

// cameFrom is the parameter that marks properties of a card as having come from another contact, whose id it has: they
// are not part of what was imported, and go when the merge is undone. It appears in no card that leaves the address
// book.
const cameFrom = "X-ASSISTANT-FROM"

// asLines returns properties as lines of a card, each in one piece.
func asLines(list []vcf.Property) []byte {
	card := vcf.Card{Version: "3.0", Properties: list}
	text := bytes.ReplaceAll(card.Encode(), []byte("\r\n "), nil)
	var b bytes.Buffer
	for line := range bytes.Lines(text) {
		if isMarked(line, "") {
			b.Write(line)
		}
	}
	return b.Bytes()
}

// isMarked reports whether a line came from the given contact, or from any for "".
func isMarked(line []byte, from string) bool {
	name, _, _ := bytes.Cut(line, []byte(":"))
	return strings.Contains(string(name), ";"+cameFrom+"="+from)
}

// withLines returns a card with lines added at its end.
func withLines(source, lines []byte) []byte {
	end := bytes.LastIndex(bytes.ToUpper(source), []byte("END:VCARD"))
	if end < 0 {
		return source
	}
	return append(append(bytes.Clone(source[:end]), lines...), source[end:]...)
}

// withoutLines returns a card without the lines that came from the given contact, or from any for "".
func withoutLines(source []byte, from string) []byte {
	if !bytes.Contains(source, []byte(cameFrom)) {
		return source
	}
	var kept []byte
	for line := range bytes.Lines(source) {
		if !isMarked(line, from) {
			kept = append(kept, line...)
		}
	}
	return kept
}

// markedLines returns the lines of a card that came from other contacts.
func markedLines(source []byte) []byte {
	if !bytes.Contains(source, []byte(cameFrom)) {
		return nil
	}
	var marked []byte
	for line := range bytes.Lines(source) {
		if isMarked(line, "") {
			marked = append(marked, line...)
		}
	}
	return marked
}
