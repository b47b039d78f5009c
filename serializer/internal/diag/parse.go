package diag

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/pythonweb/goweb/serializer/internal/cbor"
	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/literal"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// Parse reads the items of a text and encodes them. At, which may be nil, is called with the offsets at which each item
// begins in the text and in the encoding.
func Parse(text []byte, depth int, at func(text, encoded int)) ([]byte, error) {
	if at == nil {
		at = func(int, int) {}
	}
	p := parser{text: text, most: depth, at: at}
	var out []byte
	p.space()
	for p.pos < len(p.text) {
		var err error
		if out, err = p.item(out, 0); err == nil {
			err = p.separator("")
		}
		if err != nil {
			return nil, p.place(err)
		}
	}
	return out, nil
}

type parser struct {
	text []byte
	pos  int
	most int
	at   func(text, encoded int)
}

// place adds the position to an error.
func (p *parser) place(err error) error {
	before := p.text[:min(p.pos, len(p.text))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
	return &event.Error{Offset: int64(p.pos), Line: int64(line), Column: int64(column), Err: err}
}

// space skips white space and comments: / ... / and # to the end of the line.
func (p *parser) space() {
	for p.pos < len(p.text) {
		switch c := p.text[p.pos]; {
		case strings.IndexByte(" \t\r\n", c) >= 0:
			p.pos++
		case c == '#' || bytes.HasPrefix(p.text[p.pos:], []byte("//")):
			for p.pos < len(p.text) && p.text[p.pos] != '\n' {
				p.pos++
			}
		case c == '/':
			end := bytes.IndexByte(p.text[p.pos+1:], '/')
			if end < 0 {
				return
			}
			p.pos += end + 2
		default:
			return
		}
	}
}

func (p *parser) peek() byte {
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

// eat skips a word if it is next.
func (p *parser) eat(word string) bool {
	if len(p.text)-p.pos < len(word) || string(p.text[p.pos:p.pos+len(word)]) != word {
		return false
	}
	p.pos += len(word)
	return true
}

// separator skips a comma, which is optional where there is white space.
func (p *parser) separator(end string) error {
	from := p.pos
	p.space()
	if p.eat(",") {
		p.space()
		return nil
	}
	if p.pos == len(p.text) || strings.IndexByte(end, p.peek()) >= 0 && end != "" || p.pos > from {
		return nil
	}
	return fmt.Errorf("unexpected %q after a value", p.peek())
}

func (p *parser) item(out []byte, depth int) ([]byte, error) {
	if depth > p.most {
		return out, fmt.Errorf("nested deeper than %d: %w", p.most, event.ErrLimit)
	}
	if p.pos == len(p.text) {
		return out, wire.ErrTruncated
	}
	p.at(p.pos, len(out))
	switch c := p.peek(); {
	case c == '[' || c == '{':
		return p.container(out, depth)
	case c == '(':
		return p.chunks(out)
	case c == '"' || c == '\'' || c == '`' || c == '<':
		return p.strings(out, depth)
	case literal.IsDigit(c) || c == '-' || c == '+' || c == '.':
		return p.number(out, depth)
	}
	return p.word(out, depth)
}

// indicator reads an encoding indicator: a digit after _, or -2 for _ alone; it returns -1 if there is none.
func (p *parser) indicator() (int, error) {
	if !p.eat("_") {
		return -1, nil
	}
	switch c := p.peek(); {
	case c >= '0' && c <= '3':
		p.pos++
		return int(c - '0'), nil
	case c == 'i':
		p.pos++
		return -1, nil // immediate: the shortest
	case c == '\'' || c == '"' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
		return 0, fmt.Errorf("unknown encoding indicator _%c", c)
	}
	return -2, nil
}

// appendHead writes a head as an indicator says.
func appendHead(out []byte, major byte, arg uint64, width int) ([]byte, error) {
	if width < 0 {
		return cbor.AppendHead(out, major, arg), nil
	}
	if width < 3 && arg >= 1<<(8<<width) {
		return out, fmt.Errorf("%d does not fit into the encoding _%d", arg, width)
	}
	return cbor.AppendHeadAs(out, major, byte(24+width), arg), nil
}

func (p *parser) container(out []byte, depth int) ([]byte, error) {
	major, end := cbor.MajorArray, "]"
	if p.peek() == '{' {
		major, end = cbor.MajorMap, "}"
	}
	p.pos++
	width, err := p.indicator()
	if err != nil {
		return out, err
	}
	var count uint64
	room := p.at
	var begun [][2]int
	p.at = func(text, encoded int) { begun = append(begun, [2]int{text, encoded}) }
	inner := []byte{}
	p.space()
	for ; !p.eat(end); count++ {
		if p.pos == len(p.text) {
			return out, wire.ErrTruncated
		}
		if inner, err = p.item(inner, depth+1); err != nil {
			return out, err
		}
		if major == cbor.MajorMap {
			if p.space(); !p.eat(":") {
				return out, fmt.Errorf("unexpected %q instead of a colon", p.peek())
			}
			p.space()
			if inner, err = p.item(inner, depth+1); err != nil {
				return out, err
			}
		}
		if err := p.separator(end); err != nil {
			return out, err
		}
	}
	if p.at = room; width == -2 {
		out = append(out, major<<5|31)
	} else if out, err = appendHead(out, major, count, width); err != nil {
		return out, err
	}
	for _, b := range begun {
		p.at(b[0], len(out)+b[1])
	}
	out = append(out, inner...)
	if width == -2 {
		out = append(out, cbor.Break)
	}
	return out, nil
}
