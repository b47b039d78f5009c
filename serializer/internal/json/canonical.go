package json

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"unicode/utf16"

	"github.com/pythonweb/goweb/serializer/internal/canonical"
	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/literal"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// Canonical writes a JSON text in the form of RFC 8785: no white space, names in the order of their UTF-16 units,
// numbers as ECMAScript prints a float64. Objects with $ names are objects like any other. A number beyond float64 is
// refused; one with more digits than a float64 keeps is rounded, as the RFC has it.
func Canonical(dst io.Writer, src wire.Source, limits event.Limits) error {
	r := NewReader(src, event.Options{Limits: limits, Plain: true, Duplicates: event.KeepDuplicates})
	w := canonical.NewWriter(dst, form{})
	err := event.Copy(w, r)
	if err != nil {
		return errors.Join(err, w.Abandon())
	}
	return nil
}

// form is how canonical values are written.
type form struct{}

func (form) Scalar(b []byte, ev *event.Event) ([]byte, error) {
	switch ev.Kind {
	case event.KindNull:
		return append(b, "null"...), nil
	case event.KindBool:
		return strconv.AppendBool(b, ev.Num != 0), nil
	case event.KindString:
		return appendCanonicalString(b, ev.Data), nil
	case event.KindInt:
		if i := int64(ev.Num); i > -1<<53 && i < 1<<53 {
			return strconv.AppendInt(b, i, 10), nil
		}
		return appendES6(b, float64(int64(ev.Num))), nil
	case event.KindFloat:
		return appendES6(b, math.Float64frombits(ev.Num)), nil
	case event.KindBigInt, event.KindNumber:
		f, err := literal.Nearest(ev.Data)
		if err != nil || math.IsInf(f, 0) {
			return b, fmt.Errorf("number beyond float64, which RFC 8785 has no form for")
		}
		return appendES6(b, f), nil
	}
	return b, wire.ErrEvents
}

// appendES6 writes a number as ECMAScript does.
func appendES6(b []byte, f float64) []byte {
	if f == 0 {
		return append(b, '0')
	}
	if abs := math.Abs(f); abs >= 1e-6 && abs < 1e21 {
		return strconv.AppendFloat(b, f, 'f', -1, 64)
	}
	b = strconv.AppendFloat(b, f, 'e', -1, 64)
	if n := len(b); b[n-4] == 'e' && b[n-2] == '0' { // e-07
		b = append(b[:n-2], b[n-1])
	}
	return b
}

// appendCanonicalString writes \b and \f where JSON has a letter for them, unlike [event.AppendString].
func appendCanonicalString(b, s []byte) []byte {
	start := len(b)
	b = literal.AppendString(b, s)
	out := b[:start]
	for i := start; i < len(b); i++ {
		c := b[i]
		out = append(out, c)
		if c != '\\' {
			continue
		}
		i++
		if b[i] == 'u' && string(b[i:i+4]) == "u000" && (b[i+4] == '8' || b[i+4] == 'c') {
			out = append(out, map[byte]byte{'8': 'b', 'c': 'f'}[b[i+4]])
			i += 4
			continue
		}
		out = append(out, b[i])
	}
	return out
}

func (form) Prefix(b []byte, ev *event.Event) ([]byte, event.Kind, error) {
	if ev.Kind != event.KindList && ev.Kind != event.KindMap {
		return b, ev.Kind, wire.ErrEvents // a plain reader returns no others
	}
	return b, ev.Kind, nil
}

func (form) Begin(b []byte, kind event.Kind, _ int64) []byte {
	return append(b, map[bool]byte{true: '{', false: '['}[kind == event.KindMap])
}

func (form) End(b []byte, kind event.Kind) []byte {
	return append(b, map[bool]byte{true: '}', false: ']'}[kind == event.KindMap])
}

func (form) Separators() (value, pair string) { return ",", ":" }

// SortKey returns the name in UTF-16, the high byte of each unit first.
func (form) SortKey(b []byte, key *event.Event, _ []byte) []byte {
	for _, r := range string(key.Data) {
		if r >= 0x10000 {
			high, low := utf16.EncodeRune(r)
			b = append(b, byte(high>>8), byte(high), byte(low>>8), byte(low))
			continue
		}
		b = append(b, byte(r>>8), byte(r))
	}
	return b
}

func (form) Name(sortKey []byte) string {
	units := make([]uint16, len(sortKey)/2)
	for i := range units {
		units[i] = uint16(sortKey[2*i])<<8 | uint16(sortKey[2*i+1])
	}
	return event.ShowName([]byte(string(utf16.Decode(units))), false)
}
