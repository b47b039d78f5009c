package bind

import (
	"encoding"
	"fmt"
	"math/big"
	"reflect"
	"strings"
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
	decimalType  = reflect.TypeFor[apd.Decimal]()
	uuidType     = reflect.TypeFor[uuid.UUID]()

	textMarshaler   = reflect.TypeFor[encoding.TextMarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// A field is a struct's field as documents know it.
type field struct {
	name      string
	index     []int
	omitEmpty bool
	omitZero  bool
}

// fieldsOf lists a struct's exported fields in their order. Names and omissions come from json tags, as with
// encoding/json; fields of embedded structs count as the struct's own.
func fieldsOf(t reflect.Type) ([]field, error) {
	var fields []field
	seen := map[string]bool{}
	hidden := map[string]bool{} // embedded structs that have a name of their own, by index
	for _, f := range reflect.VisibleFields(t) {
		key := fmt.Sprint(f.Index[:len(f.Index)-1])
		tag := f.Tag.Get("json")
		name, options, _ := strings.Cut(tag, ",")
		if hidden[key] || tag == "-" {
			hidden[fmt.Sprint(f.Index)] = true
			continue
		}
		if f.Anonymous && name == "" && elem(f.Type).Kind() == reflect.Struct && !special(elem(f.Type)) {
			continue
		}
		hidden[fmt.Sprint(f.Index)] = true
		if !f.IsExported() {
			continue
		}
		if name == "" {
			name = f.Name
		}
		if seen[name] {
			return nil, fmt.Errorf("%s has two fields with the name %s", t, name)
		}
		seen[name] = true
		fields = append(fields, field{
			name: name, index: f.Index,
			omitEmpty: hasOption(options, "omitempty"), omitZero: hasOption(options, "omitzero"),
		})
	}
	return fields, nil
}

func hasOption(options, want string) bool {
	for option := range strings.SplitSeq(options, ",") {
		if option == want {
			return true
		}
	}
	return false
}

// special reports whether values of a type are no containers of their fields.
func special(t reflect.Type) bool {
	switch t {
	case valueType, timeType, bigIntType, bigRatType, decimalType, uuidType:
		return true
	}
	return textual(t)
}

// textual reports whether a type writes itself as text and reads itself back.
func textual(t reflect.Type) bool {
	pointer := reflect.PointerTo(t)
	return pointer.Implements(textMarshaler) && pointer.Implements(textUnmarshaler)
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
