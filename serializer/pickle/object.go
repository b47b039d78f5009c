package pickle

import (
	"crypto/sha256"
	"fmt"

	"github.com/pythonweb/goweb/serializer"
)

// An object is what the machine's stack and memo hold: a serializer.Value of a scalar kind, a *node, a *global, an
// oldText, a zone or the mark.
type object any

// A node is an object with an identity: containers, bytearrays, and instances.
type node struct {
	kind   serializer.Kind
	items  []object                       // of containers; keys and values in turn in maps
	bytes  []byte                         // of a bytearray
	name   string                         // of an instance
	parts  [5]object                      // of an instance, nil for those that it lacks
	keys   map[[sha256.Size]byte]struct{} // of a map or set: hashes of what keyForm writes
	uuid   bool                           // an instance of uuid.UUID, which BUILD completes
	offset int64
	met    int // references to it in the document
	index  int // of the shared value
}

// The parts of an instance, as places in node.parts.
const (
	args = iota
	kwargs
	state
	items
	entries
)

// A global is a name of a module. It is only data to what is on the list.
type global struct {
	module, name string
	offset       int64
}

func (g *global) String() string { return g.module + "." + g.name }

// oldText is a str of Python 2: bytes that are text if they are ASCII.
type oldText []byte

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
	return &node{kind: kind, items: items, offset: int64(offset)}
}

// instance makes an instance of a class.
func instance(class *global, offset int) *node {
	return &node{kind: serializer.KindInstance, name: class.String(), offset: int64(offset)}
}

// tuple is a tuple that came from nowhere else.
func tuple(offset int64, items ...object) *node {
	return &node{kind: serializer.KindTuple, items: items, offset: offset}
}

// length is about how many bytes an object made of this one has.
func length(o object) int {
	switch o := o.(type) {
	case serializer.Value:
		return o.Len()
	case oldText:
		return len(o)
	}
	return 0
}

// describe names an object in an error.
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
	case zone, namedZone:
		return "timezone"
	case mark:
		return "a mark"
	}
	return fmt.Sprintf("%T", o)
}
