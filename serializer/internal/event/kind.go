package event

import "fmt"

// A Kind says what a [Value] or an [Event] is. The kinds are the typed model: two things of different kinds
// are never equal, and no format gives two kinds the same bytes.
type Kind uint8

// The kinds. Those from KindList on hold other values; in a stream of events each of them is closed by KindEnd.
const (
	KindEnd       Kind = iota // closes the innermost open container; never the kind of a Value
	KindNull                  // Python's None, Go's nil, JSON's null
	KindBool                  // true, false
	KindInt                   // an integer that fits int64
	KindBigInt                // an integer beyond int64, as decimal digits
	KindFloat                 // IEEE 754 binary64, every bit of it
	KindNumber                // a number with fraction or exponent that no float64 holds, as a JSON literal
	KindString                // Unicode text
	KindBytes                 // immutable bytes
	KindByteArray             // mutable bytes
	KindUndefined             // CBOR's undefined
	KindDatetime              // date and time of day, with or without an offset
	KindDate                  // calendar date
	KindTime                  // time of day, with or without an offset
	KindTimedelta             // a duration, as decimal seconds
	KindDecimal               // a decimal number with its exponent, NaN and infinities
	KindComplex               // two floats
	KindFraction              // numerator/denominator
	KindUUID                  // RFC 9562
	KindSimple                // a CBOR simple value that has no kind of its own
	KindExt                   // a MessagePack extension that has no kind of its own
	KindRef                   // another occurrence of a shared value

	KindList      // ordered values
	KindTuple     // ordered values, immutable
	KindSet       // values without order
	KindFrozenSet // values without order, immutable
	KindMap       // keys and values in turn, order kept
	KindTag       // a CBOR tag that has no kind of its own, around one value
	KindShared    // one value that references may refer to
	KindInstance  // an instance of a named class: its parts in the order of [Parts]

	KindCount
)

// String returns the name of the kind in command lines and error messages.
func (k Kind) String() string {
	if k < KindCount {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

var kindNames = [KindCount]string{
	"end", "null", "bool", "int", "bigint", "float", "number", "string", "bytes", "bytearray", "undefined",
	"datetime", "date", "time", "timedelta", "decimal", "complex", "fraction", "uuid", "simple", "ext", "ref",
	"list", "tuple", "set", "frozenset", "dict", "tag", "shared", "instance",
}

// Container reports whether values of this kind hold other values.
func (k Kind) Container() bool { return k >= KindList && k < KindCount }

// Parts tells which values describe an instance. The first four mirror what Python's pickle keeps of an object;
// instances of registered Go types have a state only.
type Parts uint8

// The parts, in the order in which they follow a KindInstance event.
const (
	PartArgs    Parts = 1 << iota // positional arguments of the constructor: a tuple or list
	PartKwargs                    // keyword arguments: a map
	PartState                     // the attributes, or whatever represents them
	PartItems                     // list items appended to the instance: a list
	PartEntries                   // map entries set on the instance: a map

	PartsAll = PartArgs | PartKwargs | PartState | PartItems | PartEntries
)

// Names returns the member names of the parts in the JSON form.
func (p Parts) Names() []string {
	all := [...]string{"args", "kwargs", "state", "items", "entries"}
	var names []string
	for i, name := range all {
		if p&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// Count returns the number of parts.
func (p Parts) Count() int { return len(p.Names()) }
