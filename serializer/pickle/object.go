package pickle

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"

	"github.com/pythonweb/goweb/serializer"
)

// An object is what the machine's stack and memo hold: a serializer.Value of a scalar kind, a *node, a *global, an
// oldText, surrogates, a zone, a *dtype or the mark.
type object any

// A node is an object with an identity: a container, bytearray or instance. There are as many as the pickle has
// containers, so they are small: what most of them lack is behind a pointer, which points to one common value for all
// those.
type node struct {
	kind   serializer.Kind
	uuid   bool  // an instance of uuid.UUID, which BUILD completes
	many   bool  // there is more than one reference to it in the document
	met    bool  // there is at least one reference
	index  int32 // of the shared value, from 1
	offset int64
	items  []object // of containers; keys and values in turn in maps
	keys   *keys    // of a map or set, once there are many
	*extra
}

// extra is what only bytearrays and instances have.
type extra struct {
	bytes  []byte    // of a bytearray
	name   string    // of an instance
	parts  [5]object // of an instance, nil for those that it lacks
	array  *array    // an array of numbers; an array of objects has items
	member *global   // the class of which this is an attribute, such as a member of an enum
}

// nothing is the extra of all nodes that need none.
//
//policy:mutable nobody writes into it
var nothing = new(extra)

// The parts of an instance, as places in node.parts.
const (
	args = iota
	kwargs
	state
	items
	entries
)

// A global is a name in a module. Only the listed constructors give it a meaning.
type global struct {
	module, name string
	offset       int64
}

func (g *global) String() string { return g.module + "." + g.name }

// oldText is a str of Python 2: bytes that are text if they are ASCII.
type oldText []byte

// surrogates is text with lone surrogates, in the bytes that Python's surrogatepass makes of it.
type surrogates string

// A zone is a datetime.timezone: the offset from UTC in microseconds.
type zone int64

// namedZone is a datetime.timezone with a name of its own.
type namedZone struct {
	zone zone
	name string
}

// mark is where the arguments of an opcode begin.
type mark struct{}

func newNode(kind serializer.Kind, offset int, items ...object) *node {
	n := &node{kind: kind, items: items, offset: int64(offset), extra: nothing}
	if kind == serializer.KindByteArray {
		n.extra = new(extra)
	}
	return n
}

// instance makes an instance of a class.
func instance(class *global, offset int) *node {
	return &node{kind: serializer.KindInstance, offset: int64(offset), extra: &extra{name: class.String()}}
}

// tuple returns a tuple that the pickle itself does not have.
func tuple(offset int64, items ...object) *node {
	return newNode(serializer.KindTuple, int(offset), items...)
}

// length returns about how many bytes an object made from this one has.
func length(o object) int {
	switch o := o.(type) {
	case serializer.Value:
		return o.Len()
	case oldText:
		return len(o)
	}
	return 0
}

// describe returns what errors call an object.
func describe(o object) string {
	switch o := o.(type) {
	case serializer.Value:
		return o.Kind().String()
	case *node:
		if o.kind == serializer.KindInstance {
			return "an instance of " + o.name
		}
		return o.kind.String()
	case *global:
		return o.String()
	case oldText:
		return "string"
	case surrogates:
		return "string"
	case *dtype:
		return "numpy.dtype"
	case zone, namedZone:
		return "timezone"
	case mark:
		return "a mark"
	}
	return fmt.Sprintf("%T", o)
}

// open reports whether a node is an instance to which parts can be added.
func (n *node) open() bool {
	return n.kind == serializer.KindInstance && !n.uuid && n.array == nil && n.member == nil
}

// keys are the keys of a map or the elements of a set, for finding duplicates.
type keys struct {
	texts map[string]struct{}
	forms map[[sha256.Size]byte]struct{} // hashes of the keyForms of other keys
}

const (
	fewKeys  = 16  // up to so many keys are compared with each other
	usualKey = 256 // a key of up to so many bytes is free of charge
)

// unique refuses keys that equal each other, as Python compares them, or a key that n has already. Every step-th object
// is a key. A pickle that Python wrote has no duplicates.
func (m *machine) unique(n *node, objects []object, step int) error {
	if n.keys == nil && len(n.items)+len(objects) <= step*fewKeys {
		few, err := m.fewTexts(n, objects, step)
		if few || err != nil {
			return err
		}
	}
	if n.keys == nil {
		n.keys = &keys{map[string]struct{}{}, map[[sha256.Size]byte]struct{}{}}
		for i := 0; i < len(n.items); i += step {
			if err := m.addKey(n, n.items[i]); err != nil {
				return err
			}
		}
	}
	for i := 0; i < len(objects); i += step {
		if err := m.addKey(n, objects[i]); err != nil {
			return err
		}
	}
	return nil
}

// fewTexts is [machine.unique] for keys that are all texts; it reports whether they are.
func (m *machine) fewTexts(n *node, objects []object, step int) (all bool, err error) {
	var texts [fewKeys]string
	count := 0
	for _, some := range [][]object{n.items, objects} {
		for i := 0; i < len(some); i += step {
			v, ok := some[i].(serializer.Value)
			if !ok || v.Kind() != serializer.KindString {
				return false, nil
			}
			text := v.Text()
			if len(text) > usualKey {
				if err := m.spend(len(text)); err != nil {
					return true, err
				}
			}
			if slices.Contains(texts[:count], text) {
				return true, twice(n)
			}
			texts[count] = text
			count++
		}
	}
	return true, nil
}

func twice(n *node) error { return fmt.Errorf("%w in a %s", serializer.ErrDuplicate, n.kind) }

// addKey adds one of many keys.
func (m *machine) addKey(n *node, key object) error {
	if old, ok := key.(oldText); ok {
		if v, err := m.text(old); err == nil {
			key = v
		}
	}
	if v, ok := key.(serializer.Value); ok && v.Kind() == serializer.KindString {
		text := v.Text()
		if _, there := n.keys.texts[text]; there {
			return twice(n)
		}
		n.keys.texts[text] = struct{}{}
		if len(text) > usualKey {
			return m.spend(len(text))
		}
		return nil
	}
	form, err := m.keyForm(key)
	if err == nil && len(form) > usualKey {
		err = m.spend(len(form))
	}
	if err != nil {
		return err
	}
	hash := sha256.Sum256([]byte(form))
	if _, there := n.keys.forms[hash]; there {
		return twice(n)
	}
	n.keys.forms[hash] = struct{}{}
	return nil
}

// longestKey bounds the form of a key, which shared tuples could make arbitrarily long.
const longestKey = 1 << 16

// keyForm returns a form of a key that is equal for keys that are equal in Python: 1, 1.0 and True are one key.
func (m *machine) keyForm(key object) (string, error) {
	var b strings.Builder
	if err := m.appendKey(&b, key, 0); err != nil {
		return "", err
	}
	return b.String(), nil
}

func (m *machine) appendKey(b *strings.Builder, key object, depth int) error {
	if b.Len() > longestKey || depth > 100 {
		return fmt.Errorf("key is too large: %w", serializer.ErrLimit)
	}
	switch k := key.(type) {
	case serializer.Value:
		return appendScalar(b, k)
	case oldText:
		v, err := m.text(k)
		if err != nil {
			v = serializer.Bytes(k)
		}
		return appendScalar(b, v)
	case surrogates:
		fmt.Fprintf(b, "surrogates %q;", string(k))
		return nil
	case namedZone: // Python does not compare the name
		fmt.Fprintf(b, "zone %d;", k.zone)
		return nil
	case zone:
		fmt.Fprintf(b, "zone %d;", k)
		return nil
	case *node:
		return m.appendNode(b, k, depth)
	}
	return fmt.Errorf("%s cannot be a key", describe(key))
}

func appendScalar(b *strings.Builder, v serializer.Value) error {
	number := func(r *big.Rat) error {
		fmt.Fprintf(b, "number %s;", r.RatString())
		return nil
	}
	switch v.Kind() {
	case serializer.KindBool, serializer.KindInt, serializer.KindBigInt:
		if i, ok := v.Big(); ok {
			return number(new(big.Rat).SetInt(i))
		}
		return number(big.NewRat(v.Number(), 1))
	case serializer.KindFloat:
		f, _ := v.Float()
		if !math.IsNaN(f) && !math.IsInf(f, 0) {
			return number(new(big.Rat).SetFloat64(f))
		}
		if math.IsNaN(f) {
			return errors.New("NaN cannot be a key: it is not equal to itself")
		}
	case serializer.KindFraction:
		r, _ := new(big.Rat).SetString(v.Text())
		return number(r)
	case serializer.KindDecimal:
		// Decimals of moderate size are numbers like the others.
		if len(v.Text()) < 400 && !strings.ContainsAny(v.Text(), "EN") {
			if r, ok := new(big.Rat).SetString(v.Text()); ok {
				return number(r)
			}
		}
	}
	fmt.Fprintf(b, "%s %d %q %q;", v.Kind(), v.Number(), v.Text(), v.Bytes())
	return nil
}

func (m *machine) appendNode(b *strings.Builder, n *node, depth int) error {
	switch n.kind {
	case serializer.KindTuple:
		b.WriteByte('(')
		for _, item := range n.items {
			if err := m.appendKey(b, item, depth+1); err != nil {
				return err
			}
		}
		b.WriteByte(')')
		return nil
	case serializer.KindFrozenSet:
		var forms []string
		for _, item := range n.items {
			form, err := m.keyForm(item)
			if err != nil {
				return err
			}
			forms = append(forms, form)
		}
		slices.Sort(forms)
		fmt.Fprintf(b, "{%s}", strings.Join(forms, ""))
		return nil
	case serializer.KindInstance:
		if n.array != nil && n.array.scalar { // equal to the number that it is
			v, err := n.array.dtype.element(n.array.raw)
			if err != nil {
				return err
			}
			return appendScalar(b, v)
		}
		fmt.Fprintf(b, "%p;", n) // compared by identity, as Python does by default
		return nil
	}
	return fmt.Errorf("a %s cannot be a key: it is mutable", n.kind)
}
