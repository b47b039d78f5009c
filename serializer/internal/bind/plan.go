package bind

import (
	"encoding"
	stdjson "encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"sync"
	"time"

	"github.com/cockroachdb/apd/v3"
	"github.com/google/uuid"

	"github.com/pythonweb/goweb/serializer/internal/tree"
)

// Types with a kind of their own.
var (
	valueType    = reflect.TypeFor[tree.Value]()
	timeType     = reflect.TypeFor[time.Time]()
	durationType = reflect.TypeFor[time.Duration]()
	bigIntType   = reflect.TypeFor[big.Int]()
	bigRatType   = reflect.TypeFor[big.Rat]()
	bigFloatType = reflect.TypeFor[big.Float]()
	decimalType  = reflect.TypeFor[apd.Decimal]()
	uuidType     = reflect.TypeFor[uuid.UUID]()
	numberType   = reflect.TypeFor[stdjson.Number]()
	anyType      = reflect.TypeFor[any]()
	textsType    = reflect.TypeFor[map[string]string]()
)

// A form is a way in which values are written and read.
type form uint8

const (
	formNone form = iota
	formBool
	formInt
	formUint
	formFloat
	formComplex
	formString
	formBytes // a slice of bytes
	formArray // an array of bytes
	formList
	formMap
	formStruct
	formPointer
	formInterface
	formDuration
	formTime
	formBigInt
	formBigRat
	formBigFloat
	formDecimal
	formUUID
	formNumber // json.Number
	formValue
	formMarshaler // of text, JSON, CBOR or bytes
)

// A plan is what is known about a type.
type plan struct {
	t       reflect.Type
	form    form
	named   bool         // it may be a class; unless it is one, it comes back from an interface as another type
	zero    bool         // its zero value is written as null: pointers, interfaces, maps, slices
	sharing bool         // one value may occur in it twice
	elem    *plan        // of pointers, lists, arrays and maps
	key     *plan        // of maps
	keys    reflect.Type // lists of a map's keys
	elems   reflect.Type // and of its values
	fields  []field
	byName  map[string]int
	rest    int // the field that keeps unknown names, -1 if there is none
	texts   marshaling
	err     error // why values of the type cannot be written and read
}

// A marshaling says which pairs of methods, to write and to read itself, a type has.
type marshaling uint8

const (
	asText marshaling = 1 << iota
	asJSON
	asCBOR
	asBinary
)

type cborMarshaler interface{ MarshalCBOR() ([]byte, error) }

type cborUnmarshaler interface{ UnmarshalCBOR([]byte) error }

var marshalers = [...]struct {
	is          marshaling
	write, read reflect.Type
}{
	{asText, reflect.TypeFor[encoding.TextMarshaler](), reflect.TypeFor[encoding.TextUnmarshaler]()},
	{asJSON, reflect.TypeFor[stdjson.Marshaler](), reflect.TypeFor[stdjson.Unmarshaler]()},
	{asCBOR, reflect.TypeFor[cborMarshaler](), reflect.TypeFor[cborUnmarshaler]()},
	{asBinary, reflect.TypeFor[encoding.BinaryMarshaler](), reflect.TypeFor[encoding.BinaryUnmarshaler]()},
}

// marshalingOf returns how values of a type write themselves and read themselves back.
func marshalingOf(t reflect.Type) marshaling {
	var m marshaling
	pointer := reflect.PointerTo(t)
	for _, known := range marshalers {
		if pointer.Implements(known.write) && pointer.Implements(known.read) {
			m |= known.is
		}
	}
	return m
}

// plans are the plans made so far. They are never changed.
//
//policy:mutable a cache of what reflection says about types, which do not change
var plans sync.Map // reflect.Type to *plan

// planOf returns the plan of a type.
func planOf(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan)
	}
	m := maker{made: map[reflect.Type]*plan{}}
	p := m.planFor(t)
	for _, made := range m.made {
		made.sharing = mayShare(made, map[*plan]int{}, false)
	}
	for t, made := range m.made {
		plans.LoadOrStore(t, made)
	}
	return p
}

// A maker makes the plans of a type and of those in it. Plans that other goroutines make of the same types are equal.
type maker struct {
	made map[reflect.Type]*plan
}

func (m *maker) planFor(t reflect.Type) *plan {
	if p, ok := m.made[t]; ok {
		return p
	}
	if p, ok := plans.Load(t); ok {
		return p.(*plan)
	}
	p := &plan{t: t, rest: -1, named: mayBeClass(t)}
	m.made[t] = p
	if p.form = specialForm(t); p.form != formNone {
		return p
	}
	if t.Kind() != reflect.Pointer && t.Kind() != reflect.Interface && t.Name() != "" {
		if p.texts = marshalingOf(t); p.texts != 0 {
			p.form = formMarshaler
			return p
		}
	}
	switch t.Kind() {
	case reflect.Bool:
		p.form = formBool
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		p.form = formInt
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		p.form = formUint
	case reflect.Float32, reflect.Float64:
		p.form = formFloat
	case reflect.Complex64, reflect.Complex128:
		p.form = formComplex
	case reflect.String:
		p.form = formString
	case reflect.Pointer:
		p.form, p.zero, p.elem = formPointer, true, m.planFor(t.Elem())
	case reflect.Interface:
		p.form, p.zero = formInterface, true
	case reflect.Slice, reflect.Array:
		p.elem = m.planFor(t.Elem())
		p.form, p.zero = formList, t.Kind() == reflect.Slice
		if p.elem.form == formUint && t.Elem().Kind() == reflect.Uint8 {
			p.form = formArray
			if p.zero {
				p.form = formBytes
			}
		}
	case reflect.Map:
		p.form, p.zero = formMap, true
		p.key, p.elem = m.planFor(t.Key()), m.planFor(t.Elem())
		p.keys, p.elems = reflect.SliceOf(t.Key()), reflect.SliceOf(t.Elem())
	case reflect.Struct:
		p.form = formStruct
		p.err = m.structure(p)
	default:
		p.err = fmt.Errorf("a %s holds no data", t.Kind())
	}
	return p
}

// mayBeClass reports whether values of a type need a class name where an interface holds them. The types that an
// interface gets from a document without names do not.
func mayBeClass(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Interface:
		return false
	case reflect.String, reflect.Bool, reflect.Int64, reflect.Float64:
		return t.PkgPath() != ""
	}
	return t.Name() != "" || t.Kind() == reflect.Struct
}

// known reports whether values of the plan come back from an interface as they are, or as the widest of Go's own types
// of the same kind.
func (p *plan) known() bool {
	switch p.form {
	case formDuration, formTime, formBigInt, formBigRat, formBigFloat, formDecimal, formUUID, formNumber, formValue:
		return true
	}
	return p.t.PkgPath() == "" && p.t.Kind() != reflect.Struct
}

func specialForm(t reflect.Type) form {
	switch t {
	case valueType:
		return formValue
	case timeType:
		return formTime
	case durationType:
		return formDuration
	case bigIntType:
		return formBigInt
	case bigRatType:
		return formBigRat
	case bigFloatType:
		return formBigFloat
	case decimalType:
		return formDecimal
	case uuidType:
		return formUUID
	case numberType:
		return formNumber
	}
	return formNone
}

// leaf reports whether values of the plan contain no other Go values.
func (p *plan) leaf() bool {
	switch p.form {
	case formList, formMap, formStruct, formPointer, formInterface:
		return false
	}
	return true
}

// refers reports whether one value of the plan may be in two places: lists, maps, and pointers to anything mutable.
func (p *plan) refers() bool {
	switch p.form {
	case formPointer:
		return p.elem.form < formDuration && p.t.Elem().Size() > 0
	case formList:
		return p.t.Kind() == reflect.Slice && p.t.Elem().Size() > 0
	}
	return p.form == formMap
}

// mayShare reports whether a value of a type may contain one pointer, list or map twice: if there are two places for
// the same type of them, or one that repeats.
func mayShare(p *plan, seen map[*plan]int, repeats bool) bool {
	if p.form == formInterface {
		return true
	}
	if p.leaf() {
		return false
	}
	if p.refers() {
		if seen[p]++; seen[p] > 1 || repeats {
			return true
		}
	} else if seen[p]++; seen[p] > 100 {
		return true // a type that contains itself, or is too large to examine
	}
	switch p.form {
	case formStruct:
		for i := range p.fields {
			if mayShare(p.fields[i].plan, seen, repeats) {
				return true
			}
		}
		return false
	case formMap:
		return mayShare(p.key, seen, true) || mayShare(p.elem, seen, true)
	case formList:
		return mayShare(p.elem, seen, true)
	}
	return mayShare(p.elem, seen, repeats)
}
