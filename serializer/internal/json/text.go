package json

import (
	"bytes"
	"errors"
	"math"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/literal"
)

// text reads a string; the window is at its opening quote.
func (r *Reader) text(ev *event.Event) error {
	s := &r.Src
	ev.Kind, ev.Offset = event.KindString, s.Offset()
	length, high, plain, err := r.scanText(0)
	if err != nil {
		return err
	}
	raw := s.Buf[s.Pos+1 : s.Pos+1+length]
	if high && !utf8.Valid(raw) {
		return r.invalidUTF8(raw)
	}
	if !plain {
		if raw, err = r.unescape(raw); err != nil {
			return err
		}
	}
	s.Pos += length + 2
	ev.Data = raw
	return nil
}

func (r *Reader) invalidUTF8(raw []byte) error {
	i := 0
	for i < len(raw) {
		c, size := utf8.DecodeRune(raw[i:])
		if c == utf8.RuneError && size == 1 {
			break
		}
		i += size
	}
	r.Src.Pos += 1 + i
	return errors.New("invalid UTF-8 in a string")
}

var (
	errControl   = errors.New("control character in a string")
	errSurrogate = errors.New("lone surrogate in a string")
	errEscape    = errors.New("invalid escape in a string")
)

// scanText finds the end of the string whose opening quote stands at after bytes from the window's position: how many
// bytes are between the quotes, whether any is above ASCII, and whether none is a backslash.
func (r *Reader) scanText(after int) (length int, high, plain bool, err error) {
	s := &r.Src
	start := after + 1
	i := start
	plain = true
	for {
		b := s.Buf[s.Pos:]
		for i < len(b) {
			n, seen := literal.TextRun(b[i:])
			high = high || seen
			i += n
			if i >= len(b) {
				break
			}
			switch b[i] {
			case '"':
				return i - start, high, plain, nil
			case '\\':
				plain = false
				i += 2 // what follows is never the end, whatever it is
			default:
				s.Pos += i
				return 0, false, false, errControl
			}
		}
		if !s.Ensure(max(i, len(b)) + 1) {
			s.Pos = len(s.Buf)
			return 0, false, false, s.Cause()
		}
	}
}

// unescape resolves the escapes of a string's content.
func (r *Reader) unescape(raw []byte) ([]byte, error) {
	out := r.escaped[:0]
	for i := 0; i < len(raw); {
		n := bytes.IndexByte(raw[i:], '\\')
		if n < 0 {
			out = append(out, raw[i:]...)
			break
		}
		out = append(out, raw[i:i+n]...)
		i += n
		size := 2
		switch c := raw[i+1]; c {
		case '"', '\\', '/':
			out = append(out, c)
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			unit, err := hex4(raw[i+2:])
			size = 6
			if err == nil && utf16.IsSurrogate(unit) {
				unit, err = pair(unit, raw[i+6:])
				size = 12
			}
			if err != nil {
				r.Src.Pos += 1 + i
				return nil, err
			}
			out = utf8.AppendRune(out, unit)
		default:
			r.Src.Pos += 1 + i
			return nil, errEscape
		}
		i += size
	}
	r.escaped = out
	return out, nil
}

// pair reads the second half of a surrogate pair.
func pair(first rune, raw []byte) (rune, error) {
	if len(raw) < 2 || raw[0] != '\\' || raw[1] != 'u' {
		return 0, errSurrogate
	}
	second, err := hex4(raw[2:])
	if err != nil {
		return 0, err
	}
	whole := utf16.DecodeRune(first, second)
	if whole == utf8.RuneError {
		return 0, errSurrogate
	}
	return whole, nil
}

func hex4(raw []byte) (rune, error) {
	if len(raw) < 4 {
		return 0, errEscape
	}
	var v rune
	for _, c := range raw[:4] {
		switch {
		case literal.IsDigit(c):
			v = v<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			v = v<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, errEscape
		}
	}
	return v, nil
}

// appendNumber appends a finite float as a number, others as text between open and shut.
func appendNumber(b []byte, bits uint64, open, shut string) []byte {
	f := math.Float64frombits(bits)
	if math.IsNaN(f) || math.IsInf(f, 0) {
		b = append(b, open...)
		b = append(b, literal.FloatText(bits)...)
		return append(b, shut...)
	}
	return literal.AppendFloat(b, f)
}
