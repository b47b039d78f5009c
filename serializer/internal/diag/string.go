package diag

import (
	"bytes"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pythonweb/goweb/serializer/internal/cbor"
	"github.com/pythonweb/goweb/serializer/internal/literal"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// chunks reads (_ "a", "b").
func (p *parser) chunks(out []byte) ([]byte, error) {
	p.pos++
	if !p.eat("_") {
		return out, errors.New("a parenthesis can only begin the chunks of a string: (_ ")
	}
	p.space()
	start := len(out)
	for out = append(out, 0); !p.eat(")"); {
		at := len(out)
		major, content, width, err := p.text1(0)
		if err != nil {
			return out, err
		}
		if at > start+1 && major != out[start]>>5 {
			return out, errors.New("text and bytes cannot be chunks of one string")
		}
		out[start] = major<<5 | 31
		if out, err = appendHead(out, major, uint64(len(content)), width); err != nil {
			return out, err
		}
		out = append(out, content...)
		if err := p.separator(")"); err != nil {
			return out, err
		}
	}
	if len(out) == start+1 {
		return out, errors.New(`a string without chunks is written as ""_ or ''_`)
	}
	return append(out, cbor.Break), nil
}

// strings reads a string, or several that + joins.
func (p *parser) strings(out []byte, depth int) ([]byte, error) {
	major, content, width, err := p.text1(depth)
	if err != nil {
		return out, err
	}
	for {
		from := p.pos
		if p.space(); !p.eat("+") {
			p.pos = from
			break
		}
		p.space()
		_, more, _, err := p.text1(depth)
		if err != nil {
			return out, err
		}
		content = append(content, more...)
	}
	if major == cbor.MajorText && !utf8.Valid(content) {
		return out, errors.New("text that is not UTF-8")
	}
	if width == -2 {
		if len(content) > 0 {
			return out, errors.New("_ after a string that is not empty")
		}
		return append(out, major<<5|31, cbor.Break), nil
	}
	if out, err = appendHead(out, major, uint64(len(content)), width); err != nil {
		return out, err
	}
	return append(out, content...), nil
}

// text1 reads one string of any kind and its indicator.
func (p *parser) text1(depth int) (major byte, content []byte, width int, err error) {
	switch start := p.pos; {
	case p.peek() == '"':
		major = cbor.MajorText
		content, err = p.quoted('"')
	case p.peek() == '\'':
		major = cbor.MajorBytes
		content, err = p.quoted('\'')
	case p.peek() == '`':
		major = cbor.MajorText
		content, err = p.raw()
	case p.eat("<<"):
		major = cbor.MajorBytes
		content, err = p.embedded(depth)
	default:
		for c := p.peek(); c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || literal.IsDigit(c); c = p.peek() {
			p.pos++
		}
		prefix := string(p.text[start:p.pos])
		if p.peek() != '\'' {
			p.pos = start
			return 0, nil, 0, fmt.Errorf("unexpected %q instead of a string", p.peek())
		}
		var text []byte
		if text, err = p.quoted('\''); err == nil {
			major = cbor.MajorBytes
			content, err = decoded(prefix, string(text))
		}
	}
	if err == nil {
		width, err = p.indicator()
	}
	return major, content, width, err
}

// embedded reads the items of <<1, 2>>, which are encoded into a string of bytes.
func (p *parser) embedded(depth int) ([]byte, error) {
	room := p.at
	defer func() { p.at = room }()
	p.at = func(int, int) {} // they are not items of the document
	inner := []byte{}
	for p.space(); !p.eat(">>"); {
		var err error
		if inner, err = p.item(inner, depth+1); err != nil {
			return nil, err
		}
		if err := p.separator(">"); err != nil {
			return nil, err
		}
	}
	return inner, nil
}

// decoded reads the content of h”, b64” and b32”. White space and comments in it are ignored.
func decoded(prefix, text string) ([]byte, error) {
	clean := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n", r) {
			return -1
		}
		return r
	}, text)
	var b []byte
	var err error
	switch prefix {
	case "h":
		b, err = hex.DecodeString(clean)
	case "b64":
		clean = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(clean, "="))
		b, err = base64.RawStdEncoding.DecodeString(clean)
	case "b32":
		b, err = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.TrimRight(clean, "="))
	case "h32":
		b, err = base32.HexEncoding.WithPadding(base32.NoPadding).DecodeString(strings.TrimRight(clean, "="))
	default:
		return nil, fmt.Errorf("unknown kind of literal %s''", prefix)
	}
	if err != nil {
		return nil, fmt.Errorf("%s'%.40s' is not valid in its encoding", prefix, text)
	}
	return b, nil
}

// quoted reads a string with the escapes of JSON, and \' and \u{10ffff}.
func (p *parser) quoted(quote byte) ([]byte, error) {
	p.pos++
	out := []byte{}
	for p.pos < len(p.text) {
		c := p.text[p.pos]
		p.pos++
		switch {
		case c == quote:
			return out, nil
		case c != '\\':
			out = append(out, c)
			continue
		}
		r, err := p.escape()
		if err != nil {
			return nil, err
		}
		out = utf8.AppendRune(out, r)
	}
	return nil, wire.ErrTruncated
}

func (p *parser) escape() (rune, error) {
	c := p.peek()
	p.pos++
	if i := strings.IndexByte(`"'\/bfnrt`, c); i >= 0 {
		return rune("\"'\\/\b\f\n\r\t"[i]), nil
	}
	if c != 'u' {
		return 0, errors.New("unknown escape in a string")
	}
	if p.eat("{") {
		end := bytes.IndexByte(p.text[p.pos:], '}')
		return p.code(end, 1)
	}
	r, err := p.code(4, 0)
	if err != nil || r < 0xd800 || r > 0xdbff {
		return r, err
	}
	if !p.eat(`\u`) {
		return 0, errors.New("half of a surrogate pair in a string")
	}
	low, err := p.code(4, 0)
	if err != nil || low < 0xdc00 || low > 0xdfff {
		return 0, errors.New("half of a surrogate pair in a string")
	}
	return 0x10000 + (r-0xd800)<<10 + (low - 0xdc00), nil
}

// code reads a number of hexadecimal digits and skips as many bytes after them as skip says.
func (p *parser) code(digits, skip int) (rune, error) {
	if digits < 1 || digits > 6 || p.pos+digits+skip > len(p.text) {
		return 0, errors.New("unknown escape in a string")
	}
	n, err := strconv.ParseUint(string(p.text[p.pos:p.pos+digits]), 16, 32)
	if err != nil || n > utf8.MaxRune || skip > 0 && !utf8.ValidRune(rune(n)) {
		return 0, errors.New("unknown escape in a string")
	}
	p.pos += digits + skip
	return rune(n), nil
}

// raw reads a string between equal runs of back quotes, without escapes.
func (p *parser) raw() ([]byte, error) {
	start := p.pos
	for p.peek() == '`' {
		p.pos++
	}
	fence := string(p.text[start:p.pos])
	end := bytes.Index(p.text[p.pos:], []byte(fence))
	if end < 0 {
		return nil, wire.ErrTruncated
	}
	content := p.text[p.pos : p.pos+end]
	p.pos += end + len(fence)
	return append([]byte{}, content...), nil
}
