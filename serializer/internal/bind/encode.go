package bind

import (
	"bytes"
	"cmp"
	"encoding"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/cockroachdb/apd/v3"

	"github.com/pythonweb/goweb/serializer/internal/cbor"
	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/tree"
)

// Encode writes a Go value as a document.
func Encode(w event.Writer, v any) error {
	if value, ok := v.(tree.Value); ok {
		return event.Copy(w, tree.NewReader(value))
	}
	e := encoder{w: w}
	rv := reflect.ValueOf(v)
	for rv.Kind() == reflect.Pointer && !rv.IsNil() {
		rv = rv.Elem()
	}
	if err := e.value(rv); err != nil {
		return err
	}
	return w.Close()
}

// An encoder gives the events of a Go value to a writer.
type encoder struct {
	w      event.Writer
	ev     event.Event
	depth  int
	shared uint64
	fields map[reflect.Type][]field
}

func (e *encoder) write(kind event.Kind, num uint64, data []byte) error {
	e.ev = event.Event{Kind: kind, Num: num, Data: data, Offset: -1}
	return e.w.Write(&e.ev)
}

// within adds a step to the path of an error.
func within(err error, step string) error {
	if err == nil {
		return nil
	}
	var known *event.Error
	if errors.As(err, &known) {
		known.Path = "$" + step + known.Path[min(1, len(known.Path)):]
		return err
	}
	return &event.Error{Offset: -1, Path: "$" + step, Err: err}
}

func (e *encoder) value(v reflect.Value) error {
	if !v.IsValid() {
		return e.write(event.KindNull, 0, nil)
	}
	if special(v.Type()) {
		return e.special(v)
	}
	switch v.Kind() {
	case reflect.Bool:
		num := uint64(0)
		if v.Bool() {
			num = 1
		}
		return e.write(event.KindBool, num, nil)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if v.Type() == durationType {
			return e.write(event.KindTimedelta, 0, appendDuration(nil, time.Duration(v.Int())))
		}
		return e.write(event.KindInt, uint64(v.Int()), nil)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		if v.Uint() > math.MaxInt64 {
			return e.write(event.KindBigInt, 0, strconv.AppendUint(nil, v.Uint(), 10))
		}
		return e.write(event.KindInt, v.Uint(), nil)
	case reflect.Float32, reflect.Float64:
		return e.write(event.KindFloat, math.Float64bits(v.Float()), nil)
	case reflect.Complex64, reflect.Complex128:
		return e.whole(tree.Complex(v.Complex()))
	case reflect.String:
		if !utf8.ValidString(v.String()) {
			return fmt.Errorf("string %.40q is not UTF-8", v.String())
		}
		return e.write(event.KindString, 0, []byte(v.String()))
	}
	if e.depth++; e.depth > event.DefaultDepth {
		return fmt.Errorf("values are nested deeper than %d, or in a cycle: %w", event.DefaultDepth, event.ErrLimit)
	}
	defer func() { e.depth-- }()
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return e.write(event.KindNull, 0, nil)
		}
		return e.value(v.Elem())
	case reflect.Interface:
		return e.dynamic(v)
	case reflect.Slice, reflect.Array:
		return e.list(v)
	case reflect.Map:
		return e.mapping(v)
	case reflect.Struct:
		return e.structure(v)
	}
	return fmt.Errorf("a %s is no data", v.Kind())
}

// special writes the types that have a kind of their own.
func (e *encoder) special(v reflect.Value) error {
	if !v.CanAddr() {
		addressable := reflect.New(v.Type()).Elem()
		addressable.Set(v)
		v = addressable
	}
	switch x := v.Addr().Interface().(type) {
	case *tree.Value:
		return e.whole(*x)
	case *time.Time:
		text, err := datetimeText(*x)
		if err != nil {
			return err
		}
		return e.write(event.KindDatetime, 0, text)
	case *big.Int:
		return e.whole(tree.BigInt(x))
	case *big.Rat:
		return e.write(event.KindFraction, 0, []byte(x.Num().String()+"/"+x.Denom().String()))
	case *apd.Decimal:
		text, ok := event.NormalDecimal([]byte(x.Text('E')))
		if !ok {
			return fmt.Errorf("decimal %s has no exact text", x)
		}
		return e.write(event.KindDecimal, 0, text)
	}
	if v.Type() == uuidType {
		return e.write(event.KindUUID, 0, slices.Clone(v.Slice(0, 16).Bytes()))
	}
	text, err := v.Addr().Interface().(encoding.TextMarshaler).MarshalText()
	if err != nil {
		return err
	}
	if !utf8.Valid(text) {
		return fmt.Errorf("text of %s is not UTF-8", v.Type())
	}
	return e.write(event.KindString, 0, text)
}

// datetimeText writes a time with its offset. A zone's name is no part of a document.
func datetimeText(t time.Time) ([]byte, error) {
	if t.Year() < 0 || t.Year() > 9999 {
		return nil, fmt.Errorf("year %d has no four digits", t.Year())
	}
	text := t.AppendFormat(nil, "2006-01-02T15:04:05.999999999Z07:00:00")
	normal, ok := event.NormalTime(event.KindDatetime, text)
	if !ok {
		return nil, fmt.Errorf("time %s has no offset within a day", text)
	}
	return normal, nil
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

// whole writes a Value.
func (e *encoder) whole(v tree.Value) error {
	r := tree.Reader{Root: v}
	first := e.shared
	for {
		err := r.Read(&e.ev)
		if err == io.EOF {
			e.shared += r.Shared
			return nil
		}
		if err != nil {
			return err
		}
		if e.ev.Kind == event.KindShared || e.ev.Kind == event.KindRef {
			e.ev.Num += first
		}
		if err := e.w.Write(&e.ev); err != nil {
			return err
		}
	}
}

// dynamic writes what an interface holds, with its name if it is an instance of a class.
func (e *encoder) dynamic(v reflect.Value) error {
	if v.IsNil() {
		return e.write(event.KindNull, 0, nil)
	}
	inner := v.Elem()
	t := elem(inner.Type())
	c, ok := classes.of(t)
	if !ok {
		if v.NumMethod() > 0 || t.Kind() == reflect.Struct && !special(t) {
			return fmt.Errorf("%s in an interface: %w, so it could not be read back", t, event.ErrUnknownType)
		}
		return e.value(inner)
	}
	for inner.Kind() == reflect.Pointer {
		if inner.IsNil() {
			return fmt.Errorf("nil pointer to %s in an interface", t)
		}
		inner = inner.Elem()
	}
	if err := e.write(event.KindInstance, uint64(event.PartState), []byte(c.name)); err != nil {
		return err
	}
	if err := e.value(inner); err != nil {
		return err
	}
	return e.write(event.KindEnd, 0, nil)
}

func (e *encoder) list(v reflect.Value) error {
	if v.Kind() == reflect.Slice && v.IsNil() {
		return e.write(event.KindNull, 0, nil)
	}
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 && !special(v.Type().Elem()) {
		return e.write(event.KindBytes, 0, v.Bytes())
	}
	if err := e.write(event.KindList, 0, nil); err != nil {
		return err
	}
	for i := range v.Len() {
		if err := e.value(v.Index(i)); err != nil {
			return within(err, fmt.Sprintf("[%d]", i))
		}
	}
	return e.write(event.KindEnd, 0, nil)
}

func (e *encoder) structure(v reflect.Value) error {
	fields, err := e.fieldsOf(v.Type())
	if err != nil {
		return err
	}
	if err := e.write(event.KindMap, 0, nil); err != nil {
		return err
	}
	for _, f := range fields {
		inner, err := v.FieldByIndexErr(f.index)
		if err != nil || f.omitEmpty && empty(inner) || f.omitZero && inner.IsZero() {
			continue // of a nil embedded pointer, or left out
		}
		if err := e.write(event.KindString, 0, []byte(f.name)); err != nil {
			return err
		}
		if err := e.value(inner); err != nil {
			return within(err, event.ShowName([]byte(f.name), false))
		}
	}
	return e.write(event.KindEnd, 0, nil)
}

func (e *encoder) fieldsOf(t reflect.Type) ([]field, error) {
	if fields, ok := e.fields[t]; ok {
		return fields, nil
	}
	fields, err := fieldsOf(t)
	if e.fields == nil {
		e.fields = map[reflect.Type][]field{}
	}
	e.fields[t] = fields
	return fields, err
}

// A sortedKey is a map's key and what it is ordered by: numbers first, then the bytes of its CBOR form.
type sortedKey struct {
	key    reflect.Value
	number int64
	text   string
}

func (e *encoder) mapping(v reflect.Value) error {
	if v.IsNil() {
		return e.write(event.KindNull, 0, nil)
	}
	keys := make([]sortedKey, 0, v.Len())
	for _, key := range v.MapKeys() {
		k := sortedKey{key: key}
		switch {
		case key.CanInt() && !textual(key.Type()):
			k.number = key.Int()
		case key.Kind() == reflect.String && !textual(key.Type()):
			k.text = key.String()
		default:
			var buf bytes.Buffer
			inner := encoder{w: cbor.NewWriter(&buf)}
			if err := inner.value(key); err != nil {
				return err
			}
			if err := inner.w.Close(); err != nil {
				return err
			}
			k.text = buf.String()
		}
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b sortedKey) int {
		return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.text, b.text))
	})
	if err := e.write(event.KindMap, 0, nil); err != nil {
		return err
	}
	for i, k := range keys {
		if i > 0 && keys[i-1].number == k.number && keys[i-1].text == k.text {
			return fmt.Errorf("%w: two keys are written alike", event.ErrDuplicate)
		}
		if err := e.value(k.key); err != nil {
			return err
		}
		if err := e.value(v.MapIndex(k.key)); err != nil {
			return within(err, fmt.Sprintf("[%v]", k.key))
		}
	}
	return e.write(event.KindEnd, 0, nil)
}
