package diag

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pythonweb/goweb/serializer/internal/cbor"
	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/literal"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// Append appends the CBOR items in data, one or those of a sequence, with ", " between them. An item that is not
// encoded in the shortest way gets an indicator, so that Parse returns the same bytes.
func Append(b, data []byte, depth int) ([]byte, error) {
	p := printer{data: data, most: depth}
	for first := true; p.pos < len(data); first = false {
		if !first {
			b = append(b, ", "...)
		}
		var err error
		if b, err = p.item(b, 0); err != nil {
			return b, &event.Error{Offset: int64(p.pos), Err: err}
		}
	}
	return b, nil
}

type printer struct {
	data []byte
	pos  int
	most int // depth of nested containers
}

func (p *printer) head() (cbor.Head, error) {
	h, n := cbor.ParseHead(p.data[p.pos:])
	if n == 0 {
		return h, wire.ErrTruncated
	}
	p.pos += n
	return h, nil
}

// indicator returns the encoding indicator of a head that is longer than necessary.
func indicator(h cbor.Head) string {
	if h.Shortest() {
		return ""
	}
	return "_" + strconv.Itoa(int(h.Info)-24)
}

func (p *printer) item(b []byte, depth int) ([]byte, error) {
	if depth > p.most {
		return b, fmt.Errorf("nested deeper than %d: %w", p.most, event.ErrLimit)
	}
	h, err := p.head()
	if err != nil {
		return b, err
	}
	if h.Indefinite() && h.Major != cbor.MajorSimple {
		return p.indefinite(b, h, depth)
	}
	if h.Info > 27 {
		return b, fmt.Errorf("reserved byte %#02x", h.Major<<5|h.Info)
	}
	switch h.Major {
	case cbor.MajorUint:
		b = strconv.AppendUint(b, h.Arg, 10)
	case cbor.MajorNegative:
		b = new(big.Int).Not(new(big.Int).SetUint64(h.Arg)).Append(b, 10)
	case cbor.MajorBytes, cbor.MajorText:
		if b, err = p.text(b, h); err != nil {
			return b, err
		}
	case cbor.MajorArray, cbor.MajorMap:
		return p.container(b, h, depth)
	case cbor.MajorTag:
		b = append(strconv.AppendUint(b, h.Arg, 10), indicator(h)...)
		if b, err = p.item(append(b, '('), depth+1); err != nil {
			return b, err
		}
		return append(b, ')'), nil
	default:
		return appendSimple(b, h)
	}
	return append(b, indicator(h)...), nil
}

func (p *printer) text(b []byte, h cbor.Head) ([]byte, error) {
	if h.Arg > uint64(len(p.data)-p.pos) {
		return b, wire.ErrTruncated
	}
	content := p.data[p.pos : p.pos+int(h.Arg)]
	p.pos += len(content)
	if h.Major == cbor.MajorBytes {
		return append(hex.AppendEncode(append(b, "h'"...), content), '\''), nil
	}
	if !utf8.Valid(content) {
		return b, errors.New("invalid UTF-8 in a string")
	}
	return literal.AppendString(b, content), nil
}

func brackets(major byte) (open, end byte) {
	if major == cbor.MajorMap {
		return '{', '}'
	}
	return '[', ']'
}

func (p *printer) container(b []byte, h cbor.Head, depth int) ([]byte, error) {
	open, end := brackets(h.Major)
	b = append(b, open)
	if mark := indicator(h); mark != "" {
		b = append(append(b, mark...), ' ')
	}
	if h.Arg > uint64(len(p.data)-p.pos) {
		return b, wire.ErrTruncated
	}
	for i := range h.Arg {
		var err error
		if b, err = p.member(b, h.Major, i == 0, depth); err != nil {
			return b, err
		}
	}
	return append(b, end), nil
}

// member writes a value, or a key and its value.
func (p *printer) member(b []byte, major byte, first bool, depth int) ([]byte, error) {
	if !first {
		b = append(b, ", "...)
	}
	b, err := p.item(b, depth+1)
	if err != nil || major != cbor.MajorMap {
		return b, err
	}
	return p.item(append(b, ": "...), depth+1)
}

// indefinite writes an item of indefinite length.
func (p *printer) indefinite(b []byte, h cbor.Head, depth int) ([]byte, error) {
	open, end := byte('('), byte(')')
	switch h.Major {
	case cbor.MajorArray, cbor.MajorMap:
		open, end = brackets(h.Major)
	case cbor.MajorBytes, cbor.MajorText:
		if p.pos < len(p.data) && p.data[p.pos] == cbor.Break {
			p.pos++
			return append(b, map[byte]string{cbor.MajorBytes: "''_", cbor.MajorText: `""_`}[h.Major]...), nil
		}
	default:
		return b, fmt.Errorf("reserved byte %#02x", h.Major<<5|h.Info)
	}
	b = append(b, open, '_', ' ')
	for first := true; ; first = false {
		if p.pos == len(p.data) {
			return b, wire.ErrTruncated
		}
		if p.data[p.pos] == cbor.Break {
			p.pos++
			return append(b, end), nil
		}
		if open == '(' && (p.data[p.pos]>>5 != h.Major || p.data[p.pos]&31 == 31) {
			return b, errors.New("chunk of a string is not a string of definite length and the same type")
		}
		var err error
		if b, err = p.member(b, h.Major, first, depth); err != nil {
			return b, err
		}
	}
}

func appendSimple(b []byte, h cbor.Head) ([]byte, error) {
	switch h.Info {
	case 20, 21:
		return strconv.AppendBool(b, h.Info == 21), nil
	case 22:
		return append(b, "null"...), nil
	case 23:
		return append(b, "undefined"...), nil
	case 25:
		return appendFloat(b, literal.FromHalf(uint16(h.Arg)), 1), nil
	case 26:
		return appendFloat(b, literal.FromSingle(uint32(h.Arg)), 2), nil
	case 27:
		return appendFloat(b, h.Arg, 3), nil
	}
	if h.Info == 31 {
		return b, errors.New("break outside a container of indefinite length")
	}
	if h.Info == 24 && h.Arg < 32 {
		return b, fmt.Errorf("simple value %d in two bytes", h.Arg)
	}
	return fmt.Appendf(b, "simple(%d)", h.Arg), nil
}

// appendFloat writes a float of 2, 4 or 8 bytes (width 1, 2, 3). A NaN with a payload is written as its bits.
func appendFloat(b []byte, bits uint64, width int) []byte {
	f := math.Float64frombits(bits)
	switch {
	case math.IsNaN(f) && bits != quietNaN:
		size := 1 << width
		raw := binary.BigEndian.AppendUint64(nil, bits)
		switch width {
		case 1:
			half, _ := literal.ToHalf(bits) // it was widened from one
			raw = binary.BigEndian.AppendUint16(nil, half)
		case 2:
			single, _ := literal.ToSingle(bits)
			raw = binary.BigEndian.AppendUint32(nil, single)
		}
		return append(hex.AppendEncode(append(b, "float'"...), raw[:size]), '\'')
	case math.IsNaN(f):
		b = append(b, "NaN"...)
	case math.IsInf(f, 0):
		b = append(b, map[bool]string{true: "-Infinity", false: "Infinity"}[f < 0]...)
	default:
		text := strconv.FormatFloat(f, 'g', -1, 64)
		if strings.IndexByte(text, '.') < 0 {
			mantissa, exponent, found := strings.Cut(text, "e")
			if text = mantissa + ".0"; found {
				text += "e" + exponent
			}
		}
		b = append(b, text...)
	}
	if width == shortestFloat(bits) {
		return b
	}
	return append(b, '_', byte('0'+width))
}

const quietNaN = 0x7ff8000000000000

// shortestFloat returns the smallest width that keeps every bit.
func shortestFloat(bits uint64) int {
	if _, ok := literal.ToHalf(bits); ok {
		return 1
	}
	if _, ok := literal.ToSingle(bits); ok {
		return 2
	}
	return 3
}
