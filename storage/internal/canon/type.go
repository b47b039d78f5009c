// Package canon writes Go values as deterministic CBOR (RFC 8949, section 4.2) and reads them back without loss. Equal
// values have equal bytes and different values different ones: maps in any order are equal, pointers are equal when
// what they point to is, nil differs from empty, and -1, 1, 1.0 and true are four values. A type that holds what
// cannot be written (functions, channels, unexported fields) is refused as a type, before any value of it exists.
//
// Struct tags are ignored, so no field is left out. A struct is an array of its fields; Describe distinguishes types.
package canon

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// Describe returns a description of t by which values of different types are told apart, and an error when t can hold
// something that cannot be written. With interfaces, t may have interfaces in it: their values are written with their
// types, but cannot be read back.
func Describe(t reflect.Type, interfaces bool) (string, error) {
	d := describer{interfaces: interfaces, seen: map[reflect.Type]bool{}}
	if err := d.describe(t, t.String()); err != nil {
		return "", err
	}
	return d.text.String(), nil
}

type describer struct {
	interfaces bool
	seen       map[reflect.Type]bool // struct types that are described or being described
	text       strings.Builder
}

// describe writes t, which is at path.
func (d *describer) describe(t reflect.Type, path string) error {
	if t.Name() != "" {
		d.text.WriteString(t.PkgPath() + "." + t.Name() + " ")
	}
	if special(t) {
		d.text.WriteString("text;")
		return nil
	}
	switch t.Kind() {
	case reflect.Bool, reflect.String,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64,
		reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128:
		d.text.WriteString(t.Kind().String() + ";")
		return nil
	case reflect.Pointer:
		d.text.WriteString("*")
		return d.describe(t.Elem(), path)
	case reflect.Slice:
		d.text.WriteString("[]")
		return d.describe(t.Elem(), path+"[]")
	case reflect.Array:
		fmt.Fprintf(&d.text, "[%d]", t.Len())
		return d.describe(t.Elem(), path+"[]")
	case reflect.Map:
		d.text.WriteString("map ")
		if err := d.describe(t.Key(), path+" key"); err != nil {
			return err
		}
		return d.describe(t.Elem(), path+"[]")
	case reflect.Struct:
		return d.describeStruct(t, path)
	case reflect.Interface:
		if d.interfaces {
			d.text.WriteString("interface;")
			return nil
		}
		return fmt.Errorf("%s is an interface (%s), whose values cannot be read back", path, t)
	}
	return fmt.Errorf("%s is a %s (%s)", path, t.Kind(), t)
}

func (d *describer) describeStruct(t reflect.Type, path string) error {
	if d.seen[t] {
		d.text.WriteString("again;")
		return nil
	}
	d.seen[t] = true
	d.text.WriteString("{")
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() && f.Name != "_" {
			return fmt.Errorf("%s.%s is not exported and would be lost", path, f.Name)
		}
		if f.Name == "_" {
			continue
		}
		d.text.WriteString(f.Name + " ")
		if err := d.describe(f.Type, path+"."+f.Name); err != nil {
			return err
		}
	}
	d.text.WriteString("}")
	return nil
}

// special reports whether values of t are written by their own methods: time.Time, and types with unexported fields
// that implement encoding.TextMarshaler and TextUnmarshaler.
func special(t reflect.Type) bool {
	if t == reflect.TypeFor[time.Time]() {
		return true
	}
	marshaler, pointer := reflect.TypeFor[encoding.TextMarshaler](), reflect.PointerTo(t)
	return t.Kind() == reflect.Struct && hidesFields(t) &&
		(t.Implements(marshaler) || pointer.Implements(marshaler)) &&
		pointer.Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

func hidesFields(t reflect.Type) bool {
	for i := range t.NumField() {
		if !t.Field(i).IsExported() {
			return true
		}
	}
	return false
}
