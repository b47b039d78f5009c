package bind

import (
	"bytes"
	"encoding"
	stdjson "encoding/json"
	"fmt"
	"io"
	"math"
	"math/big"
	"reflect"
	"time"
	"unicode/utf8"
	"unsafe"

	"github.com/cockroachdb/apd/v3"

	"github.com/pythonweb/goweb/serializer/internal/cbor"
	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/json"
	"github.com/pythonweb/goweb/serializer/internal/literal"
	"github.com/pythonweb/goweb/serializer/internal/tree"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// bytesOf returns the bytes of a string without a copy, for a writer that does not change them.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// addressable returns v itself, or a copy if it has no address.
func addressable(v reflect.Value) reflect.Value {
	if v.CanAddr() {
		return v
	}
	made := reflect.New(v.Type()).Elem()
	made.Set(v)
	return made
}

// special writes the types that have a kind, or methods, of their own.
func (e *encoder) special(p *plan, v reflect.Value) error {
	switch p.form {
	case formDuration:
		if e.set.Plain {
			return e.write(event.KindInt, uint64(v.Int()), nil)
		}
		e.text = appendDuration(e.text[:0], time.Duration(v.Int()))
		return e.write(event.KindTimedelta, 0, e.text)
	case formComplex:
		return e.whole(tree.Complex(v.Complex()))
	case formUUID:
		v = addressable(v)
		return e.plainText(event.KindUUID, v.Slice(0, 16).Bytes())
	case formNumber:
		if err := event.Classify([]byte(v.String()), &e.ev); err != nil {
			return fmt.Errorf("json.Number %.40q: %w", v.String(), err)
		}
		e.ev.Offset = -1
		return e.w.Write(&e.ev)
	case formMarshaler:
		return e.marshaler(p, addressable(v))
	}
	switch x := addressable(v).Addr().Interface().(type) {
	case *tree.Value:
		if x.IsZero() {
			return fmt.Errorf("zero Value")
		}
		return e.whole(*x)
	case *time.Time:
		text, err := appendTime(e.text[:0], *x)
		if err != nil {
			return err
		}
		e.text = text
		return e.plainText(event.KindDatetime, text)
	case *big.Int:
		return e.whole(tree.BigInt(x))
	case *big.Rat:
		return e.plainText(event.KindFraction, []byte(x.Num().String()+"/"+x.Denom().String()))
	case *big.Float:
		return e.bigFloat(x)
	case *apd.Decimal:
		text, ok := literal.NormalDecimal([]byte(x.Text('E')))
		if !ok {
			return fmt.Errorf("decimal %s has no exact text", x)
		}
		return e.plainText(event.KindDecimal, text)
	}
	return wire.ErrEvents
}

// plainText writes a scalar that a plain document holds as text.
func (e *encoder) plainText(kind event.Kind, data []byte) error {
	if e.set.Plain {
		if kind == event.KindUUID {
			data = literal.AppendUUID(nil, data)
		}
		kind = event.KindString
	}
	return e.write(kind, 0, data)
}

// bigFloat writes a finite number as CBOR's bigfloat [exponent, mantissa], its mantissa with as many bits as the number
// has precision; zeros and infinities as text.
func (e *encoder) bigFloat(x *big.Float) error {
	if x.Sign() == 0 || x.IsInf() || e.set.Plain {
		if e.open {
			return fmt.Errorf("a big.Float that is zero or infinite has no form of its own in an interface")
		}
		return e.string(x.Text('g', -1))
	}
	mantissa := new(big.Float)
	exp := x.MantExp(mantissa)
	prec := int(x.Prec())
	i, _ := mantissa.SetMantExp(mantissa, prec).Int(nil)
	return e.whole(tree.Tagged(5, tree.List(tree.Int(int64(exp-prec)), tree.BigInt(i))))
}

// appendTime writes a time with its offset. The name of its zone is not written.
func appendTime(b []byte, t time.Time) ([]byte, error) {
	if t.Year() < 0 || t.Year() > 9999 {
		return nil, fmt.Errorf("year %d does not have four digits", t.Year())
	}
	_, offset := t.Zone()
	if offset%60 == 0 && offset > -86400 && offset < 86400 {
		return t.AppendFormat(b, time.RFC3339Nano), nil
	}
	text := t.AppendFormat(nil, "2006-01-02T15:04:05.999999999Z07:00:00")
	normal, ok := literal.NormalDatetime(text)
	if !ok {
		return nil, fmt.Errorf("time %s has an offset of a day or more", text)
	}
	return append(b, normal...), nil
}

func appendDuration(b []byte, d time.Duration) []byte {
	text := fmt.Appendf(nil, "%d.%09d", uint64(d.Abs())/1e9, uint64(d.Abs())%1e9)
	if d == math.MinInt64 {
		text = []byte("9223372036.854775808")
	}
	if d < 0 {
		b = append(b, '-')
	}
	return append(b, bytes.TrimRight(bytes.TrimRight(text, "0"), ".")...)
}

// marshaler writes a value by its own methods: as text if it has those; as JSON, which comes first in JSON; as CBOR,
// which comes first in CBOR; as bytes.
func (e *encoder) marshaler(p *plan, v reflect.Value) error {
	x := v.Addr().Interface()
	switch {
	case p.texts&asJSON != 0 && (e.set.Format == "json" || p.texts&(asText|asCBOR) == 0):
		text, err := x.(stdjson.Marshaler).MarshalJSON()
		if err != nil {
			return err
		}
		return e.foreign(
			json.NewReader(wire.MemorySource(text), event.Options{Plain: true, Limits: event.Limits{}.ForTree()}),
		)
	case p.texts&asCBOR != 0 && (e.set.Format == "cbor" || p.texts&asText == 0):
		data, err := x.(cborMarshaler).MarshalCBOR()
		if err != nil {
			return err
		}
		return e.foreign(cbor.NewReader(wire.MemorySource(data), event.Options{Limits: event.Limits{}.ForTree()}))
	case p.texts&asText != 0:
		text, err := x.(encoding.TextMarshaler).MarshalText()
		if err != nil {
			return err
		}
		if !utf8.Valid(text) {
			return fmt.Errorf("text of %s is not UTF-8", p.t)
		}
		return e.write(event.KindString, 0, text)
	}
	data, err := x.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		return err
	}
	return e.write(event.KindBytes, 0, data)
}

// foreign writes the document that r reads as a value.
func (e *encoder) foreign(r event.Reader) error {
	first, began := e.shared, uint64(0)
	for {
		err := r.Read(&e.ev)
		if err == io.EOF {
			e.shared += began
			return nil
		}
		if err != nil {
			return err
		}
		if e.ev.Kind == event.KindShared || e.ev.Kind == event.KindRef {
			if e.ev.Kind == event.KindShared {
				began++
			}
			e.ev.Num += first
		}
		if err := e.w.Write(&e.ev); err != nil {
			return err
		}
	}
}
