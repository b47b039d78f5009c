package diag

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/pythonweb/goweb/serializer/internal/cbor"
	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/literal"
)

// number reads an integer or a float, or a tag around a value.
func (p *parser) number(out []byte, depth int) ([]byte, error) {
	start := p.pos
	if c := p.peek(); c == '-' || c == '+' {
		p.pos++
	}
	if p.eat("Infinity") {
		return p.float(out, string(p.text[start:p.pos]))
	}
	for c := p.peek(); isNumber(c, p.text[start:p.pos]); c = p.peek() {
		p.pos++
	}
	text := string(p.text[start:p.pos])
	if !strings.HasPrefix(strings.TrimLeft(text, "+-"), "0x") && strings.ContainsAny(text, ".eE") ||
		strings.ContainsAny(text, "pP.") {
		return p.float(out, text)
	}
	i, ok := new(big.Int).SetString(text, 0)
	if !ok || len(text) > 1 && strings.TrimLeft(text, "+-")[0] == '0' && i.Sign() != 0 &&
		!strings.ContainsAny(text, "xob") {
		return out, fmt.Errorf("%.40q is not a number", text)
	}
	width, err := p.indicator()
	if err != nil {
		return out, err
	}
	if width == -2 {
		return out, errors.New("_ after a number")
	}
	if p.peek() == '(' && i.IsUint64() {
		p.pos++
		if out, err = appendHead(out, cbor.MajorTag, i.Uint64(), width); err != nil {
			return out, err
		}
		p.space()
		if out, err = p.item(out, depth+1); err != nil {
			return out, err
		}
		if p.space(); !p.eat(")") {
			return out, errors.New("a tag has one value in its parentheses")
		}
		return out, nil
	}
	return appendInt(out, i, width)
}

// isNumber reports whether a byte continues a number.
func isNumber(c byte, before []byte) bool {
	switch {
	case literal.IsDigit(c) || c == '.' || strings.IndexByte("xobpPeE", c) >= 0:
		return true
	case c == '+' || c == '-':
		hexadecimal := strings.Contains(string(before), "x")
		last := byte(0)
		if n := len(before); n > 0 {
			last = before[n-1] | 0x20
		}
		return last == 'p' || !hexadecimal && last == 'e'
	}
	return (c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') && strings.Contains(string(before), "x")
}

func appendInt(out []byte, i *big.Int, width int) ([]byte, error) {
	major, tag := cbor.MajorUint, byte(event.TagPositive)
	if i.Sign() < 0 {
		i = new(big.Int).Not(i)
		major, tag = cbor.MajorNegative, event.TagNegative
	}
	if i.IsUint64() {
		return appendHead(out, major, i.Uint64(), width)
	}
	if width >= 0 {
		return out, fmt.Errorf("an integer beyond 64 bits has no encoding _%d", width)
	}
	content := i.Bytes()
	out = cbor.AppendHead(append(out, cbor.MajorTag<<5|tag), cbor.MajorBytes, uint64(len(content)))
	return append(out, content...), nil
}

func (p *parser) float(out []byte, text string) ([]byte, error) {
	if strings.Contains(text, "0x") && !strings.ContainsAny(text, "pP") {
		text += "p0"
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return out, fmt.Errorf("%.40q is not a float", text)
	}
	return p.sizedFloat(out, math.Float64bits(f))
}

func (p *parser) sizedFloat(out []byte, bits uint64) ([]byte, error) {
	width, err := p.indicator()
	switch {
	case err != nil:
		return out, err
	case width == -1:
		return cbor.AppendFloat(out, bits), nil
	case width == 1:
		if half, ok := literal.ToHalf(bits); ok {
			return cbor.AppendHeadAs(out, cbor.MajorSimple, 25, uint64(half)), nil
		}
	case width == 2:
		if single, ok := literal.ToSingle(bits); ok {
			return cbor.AppendHeadAs(out, cbor.MajorSimple, 26, uint64(single)), nil
		}
	case width == 3:
		return cbor.AppendHeadAs(out, cbor.MajorSimple, 27, bits), nil
	}
	return out, fmt.Errorf("the float does not fit into the encoding _%d", width)
}

// word reads true, simple(5), NaN, float'7e01' and strings with a prefix.
func (p *parser) word(out []byte, depth int) ([]byte, error) {
	for i, name := range []string{"false", "true", "null", "undefined"} {
		if p.eat(name) {
			return append(out, 0xf4+byte(i)), nil
		}
	}
	switch {
	case p.eat("NaN"):
		return p.sizedFloat(out, quietNaN)
	case p.eat("Infinity"):
		return p.sizedFloat(out, math.Float64bits(math.Inf(1)))
	case p.eat("float'"):
		end := bytes.IndexByte(p.text[p.pos:], '\'')
		raw, err := hex.DecodeString(string(p.text[p.pos : p.pos+max(end, 0)]))
		if info := map[int]byte{2: 0xf9, 4: 0xfa, 8: 0xfb}[len(raw)]; err == nil && end >= 0 && info != 0 {
			p.pos += end + 1
			return append(append(out, info), raw...), nil
		}
		return out, errors.New("float'' takes the 2, 4 or 8 bytes of a float")
	case p.eat("simple("):
		end := bytes.IndexByte(p.text[p.pos:], ')')
		n, err := strconv.ParseUint(strings.TrimSpace(string(p.text[p.pos:p.pos+max(end, 0)])), 10, 8)
		if err != nil || n >= 24 && n < 32 {
			return out, errors.New("simple() takes a number from 0 to 23 or from 32 to 255")
		}
		p.pos += end + 1
		return cbor.AppendHead(out, cbor.MajorSimple, n), nil
	}
	if c := p.peek(); c < 'a' || c > 'z' {
		return out, fmt.Errorf("unexpected %q instead of a value", c)
	}
	return p.strings(out, depth)
}
