package bind

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// A field is a struct's field as documents know it.
type field struct {
	name      string
	index     []int // through embedded structs
	plan      *plan
	omitEmpty bool
	omitZero  bool
	quoted    bool // a number or boolean that is written as text
	inline    bool // a map whose entries are members of the struct
	isZero    func(reflect.Value) bool
}

// in returns the field of a struct, or false if it is behind a nil embedded pointer.
func (f *field) in(v reflect.Value) (reflect.Value, bool) {
	if len(f.index) == 1 {
		return v.Field(f.index[0]), true
	}
	for i, at := range f.index {
		if i > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return v, false
			}
			v = v.Elem()
		}
		v = v.Field(at)
	}
	return v, true
}

// made returns the field of a struct, and allocates the embedded structs on the way to it.
func (f *field) made(v reflect.Value) reflect.Value {
	if len(f.index) == 1 {
		return v.Field(f.index[0])
	}
	for i, at := range f.index {
		if i > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = v.Field(at)
	}
	return v
}

// left reports whether a field's value is omitted.
func (f *field) left(v reflect.Value) bool {
	if f.omitEmpty && empty(v) {
		return true
	}
	if !f.omitZero {
		return false
	}
	if f.isZero != nil {
		return f.isZero(v)
	}
	return v.IsZero()
}

func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

// structure lists a struct's exported fields in their order. Names and options come from json tags, as with
// encoding/json; fields of embedded structs count as the struct's own. Where encoding/json drops a field in silence,
// because another hides it or because nothing of the struct is exported, there is an error instead.
func (m *maker) structure(p *plan) error {
	s := structFields{maker: m, root: p}
	if err := s.collect(p.t, nil, nil); err != nil {
		return err
	}
	if len(p.fields) == 0 && p.rest < 0 && s.hidden {
		return fmt.Errorf("%s has unexported state, and no method that writes it (register a hook for it)", p.t)
	}
	p.byName = make(map[string]int, len(p.fields))
	for i := range p.fields {
		f := &p.fields[i]
		if f.inline {
			continue
		}
		if _, twice := p.byName[f.name]; twice {
			return fmt.Errorf("%s has two fields named %s", p.t, f.name)
		}
		p.byName[f.name] = i
	}
	return nil
}

type structFields struct {
	*maker
	root   *plan
	hidden bool // there are unexported fields
}

func (s *structFields) collect(t reflect.Type, index []int, through []reflect.Type) error {
	if slices.Contains(through, t) {
		return fmt.Errorf("%s is embedded in itself", t)
	}
	through = append(through, t)
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		if tag == "-" {
			continue
		}
		name, rest, _ := strings.Cut(tag, ",")
		options := strings.Split(rest, ",")
		at := append(slices.Clone(index), i)
		inner := elem(f.Type)
		inline := slices.Contains(options, "inline") || slices.Contains(options, "unknown")
		flat := f.Anonymous && name == "" || inline
		if flat && inner.Kind() == reflect.Struct && specialForm(inner) == formNone && marshalingOf(inner) == 0 {
			if f.Type.Kind() == reflect.Pointer && !f.IsExported() {
				return fmt.Errorf("%s embeds *%s, which is not exported (embed it without the pointer)", t, inner.Name())
			}
			if err := s.collect(inner, at, through); err != nil {
				return err
			}
			continue
		}
		if !f.IsExported() {
			s.hidden = s.hidden || !lock(f.Type)
			continue
		}
		if lock(f.Type) {
			continue
		}
		if name == "" {
			name = f.Name
		}
		made := field{
			name: name, index: at, plan: s.planFor(f.Type), inline: inline,
			omitEmpty: slices.Contains(options, "omitempty"), omitZero: slices.Contains(options, "omitzero"),
			quoted: slices.Contains(options, "string"), isZero: zeroMethod(f.Type),
		}
		if inline {
			if made.plan.form != formMap || f.Type.Key().Kind() != reflect.String {
				return fmt.Errorf("%s.%s is tagged inline, which only a struct or a map with string keys can be", t, f.Name)
			}
			if s.root.rest >= 0 {
				return fmt.Errorf("%s has two maps for unknown names", t)
			}
			s.root.rest = len(s.root.fields)
		}
		if made.quoted {
			inner := made.plan
			for range 8 { // pointers to pointers; a type may point to itself
				if inner.form == formPointer {
					inner = inner.elem
				}
			}
			switch inner.form {
			case formBool, formInt, formUint, formFloat, formDuration:
			default:
				made.quoted = false // as with encoding/json
			}
		}
		s.root.fields = append(s.root.fields, made)
	}
	return nil
}

// lock reports whether a type is one of package sync's, whose values are not data.
func lock(t reflect.Type) bool {
	return elem(t).PkgPath() == "sync" && elem(t).Kind() == reflect.Struct
}

// zeroMethod returns the method by which a type says that a value is to be omitted, as with encoding/json.
func zeroMethod(t reflect.Type) func(reflect.Value) bool {
	type zeroer interface{ IsZero() bool }
	switch {
	case t.Kind() == reflect.Interface:
		return nil
	case t.Implements(reflect.TypeFor[zeroer]()):
		return func(v reflect.Value) bool {
			return v.Kind() == reflect.Pointer && v.IsNil() || v.Interface().(zeroer).IsZero()
		}
	case reflect.PointerTo(t).Implements(reflect.TypeFor[zeroer]()):
		return func(v reflect.Value) bool { return v.CanAddr() && v.Addr().Interface().(zeroer).IsZero() }
	}
	return nil
}
