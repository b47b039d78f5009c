package serializer

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

// text reads a string; the window stands at its opening quote.
func (r *jsonReader) text(ev *Event) error {
	s := &r.src
	ev.Kind, ev.Offset = KindString, s.offset()
	length, high, plain, err := r.scanText(0)
	if err != nil {
		return err
	}
	raw := s.buf[s.pos+1 : s.pos+1+length]
	if high && !utf8.Valid(raw) {
		return r.invalidUTF8(raw)
	}
	if !plain {
		if raw, err = r.unescape(raw); err != nil {
			return err
		}
	}
	s.pos += length + 2
	ev.Data = raw
	return nil
}

func (r *jsonReader) invalidUTF8(raw []byte) error {
	i := 0
	for i < len(raw) {
		c, size := utf8.DecodeRune(raw[i:])
		if c == utf8.RuneError && size == 1 {
			break
		}
		i += size
	}
	r.src.pos += 1 + i
	return errors.New("invalid UTF-8 in a string")
}

var (
	errControl   = errors.New("control character in a string")
	errSurrogate = errors.New("lone surrogate in a string")
	errEscape    = errors.New("invalid escape in a string")
)

// scanText finds the end of the string whose opening quote stands at after bytes from the window's position: how many
// bytes lie between the quotes, whether any is above ASCII, and whether none is a backslash.
func (r *jsonReader) scanText(after int) (length int, high, plain bool, err error) {
	s := &r.src
	start := after + 1
	i := start
	plain = true
	for {
		b := s.buf[s.pos:]
		for i < len(b) {
			n, seen := textRun(b[i:])
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
				s.pos += i
				return 0, false, false, errControl
			}
		}
		if !s.ensure(max(i, len(b)) + 1) {
			s.pos = len(s.buf)
			return 0, false, false, s.cause()
		}
	}
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// textRun counts the bytes before the first quote, backslash or control character, eight at a time, and says whether
// any byte looked at is above ASCII.
func textRun(b []byte) (n int, high bool) {
	var seen uint64
	for len(b)-n >= 8 {
		w := binary.LittleEndian.Uint64(b[n:])
		quote, slash := w^(ones*'"'), w^(ones*'\\')
		// A byte that becomes negative by the subtraction and was not before: below the subtrahend.
		stop := ((w - ones*0x20) &^ w) | ((quote - ones) &^ quote) | ((slash - ones) &^ slash)
		seen |= w
		if stop &= highs; stop != 0 {
			return n + bits.TrailingZeros64(stop)/8, seen&highs != 0
		}
		n += 8
	}
	for ; n < len(b); n++ {
		c := b[n]
		if c < 0x20 || c == '"' || c == '\\' {
			break
		}
		seen |= uint64(c)
	}
	return n, seen&highs != 0
}

// unescape resolves the escapes of a string's content.
func (r *jsonReader) unescape(raw []byte) ([]byte, error) {
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
				r.src.pos += 1 + i
				return nil, err
			}
			out = utf8.AppendRune(out, unit)
		default:
			r.src.pos += 1 + i
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
		case isDigit(c):
			v = v<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			v = v<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, errEscape
		}
	}
	return v, nil
}

// appendJSONString writes a string with no more escapes than JSON asks for.
func appendJSONString(b, s []byte) []byte {
	b = append(b, '"')
	for {
		n, high := textRun(s)
		if high && !utf8.Valid(s[:n]) {
			b = append(b, string([]rune(string(s[:n])))...)
		} else {
			b = append(b, s[:n]...)
		}
		if n == len(s) {
			return append(b, '"')
		}
		const digits = "0123456789abcdef"
		switch c := s[n]; c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		}
		s = s[n+1:]
	}
}
