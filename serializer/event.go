package serializer

import (
	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// A Kind says what a [Value] or an [Event] is. The kinds are the typed model: two things of different kinds
// are never equal, and no format gives two kinds the same bytes.
type Kind = event.Kind

// The kinds. Those from KindList on hold other values; in a stream of events each of them is closed by KindEnd.
const (
	KindEnd       = event.KindEnd       // closes the innermost open container; never the kind of a Value
	KindNull      = event.KindNull      // Python's None, Go's nil, JSON's null
	KindBool      = event.KindBool      // true, false
	KindInt       = event.KindInt       // an integer that fits int64
	KindBigInt    = event.KindBigInt    // an integer beyond int64, as decimal digits
	KindFloat     = event.KindFloat     // IEEE 754 binary64, every bit of it
	KindNumber    = event.KindNumber    // a number with fraction or exponent that no float64 holds, as a JSON literal
	KindString    = event.KindString    // Unicode text
	KindBytes     = event.KindBytes     // immutable bytes
	KindByteArray = event.KindByteArray // mutable bytes
	KindUndefined = event.KindUndefined // CBOR's undefined
	KindDatetime  = event.KindDatetime  // date and time of day, with or without an offset
	KindDate      = event.KindDate      // calendar date
	KindTime      = event.KindTime      // time of day, with or without an offset
	KindTimedelta = event.KindTimedelta // a duration, as decimal seconds
	KindDecimal   = event.KindDecimal   // a decimal number with its exponent, NaN and infinities
	KindComplex   = event.KindComplex   // two floats
	KindFraction  = event.KindFraction  // numerator/denominator
	KindUUID      = event.KindUUID      // RFC 9562
	KindSimple    = event.KindSimple    // a CBOR simple value that has no kind of its own
	KindExt       = event.KindExt       // a MessagePack extension that has no kind of its own
	KindRef       = event.KindRef       // another occurrence of a shared value
	KindList      = event.KindList      // ordered values
	KindTuple     = event.KindTuple     // ordered values, immutable
	KindSet       = event.KindSet       // values without order
	KindFrozenSet = event.KindFrozenSet // values without order, immutable
	KindMap       = event.KindMap       // keys and values in turn, order kept
	KindTag       = event.KindTag       // a CBOR tag that has no kind of its own, around one value
	KindShared    = event.KindShared    // one value that references may refer to
	KindInstance  = event.KindInstance  // an instance of a named class: its parts in the order of [Parts]
	KindCount     = event.KindCount
)

// Parts tells which values describe an instance. The first four mirror what Python's pickle keeps of an object;
// instances of registered Go types have a state only.
type Parts = event.Parts

// The parts, in the order in which they follow a KindInstance event.
const (
	PartArgs    = event.PartArgs    // positional arguments of the constructor: a tuple or list
	PartKwargs  = event.PartKwargs  // keyword arguments: a map
	PartState   = event.PartState   // the attributes, or whatever represents them
	PartItems   = event.PartItems   // list items appended to the instance: a list
	PartEntries = event.PartEntries // map entries set on the instance: a map
)

// An Event is one step of a document: a scalar, the start of a container or the end of the innermost one.
type Event = event.Event

// A Reader returns a document's events, one per call. After the document it returns io.EOF; any other error is final.
type Reader = event.Reader

// A Writer takes a document's events.
type Writer = event.Writer

// A ValueEnder is an output that is told where the values of a sequence end: a writer of a sequence calls its EndValue
// when it has written all of a value.
type ValueEnder = wire.ValueEnder

// Limits bound the resources that a document may demand of a reader. The zero value stands for the defaults.
type Limits = event.Limits

// Duplicates tells a reader what to do with a map that has the same key twice.
type Duplicates = event.Duplicates

// The choices.
const (
	RefuseDuplicates = event.RefuseDuplicates
	KeepDuplicates   = event.KeepDuplicates
)

// ReaderOptions configure a reader of events. The zero value refuses duplicates and has the default limits.
type ReaderOptions = event.Options

// Hints carry to the next pass what the last one over a document found out too late, see [ErrAgain].
type Hints = wire.Hints

// NewHints returns empty hints.
func NewHints() *Hints { return wire.NewHints() }

// An Error tells what is wrong in a document, and where.
type Error = event.Error

// Causes that callers distinguish with errors.Is.
var (
	// ErrLimit is wrapped by errors about documents deeper or larger than the [Limits].
	ErrLimit = event.ErrLimit
	// ErrDuplicate is wrapped by errors about a map that has the same key twice.
	ErrDuplicate = event.ErrDuplicate
	// ErrUnknownType is wrapped by errors about a type name that is not registered.
	ErrUnknownType = event.ErrUnknownType
	// ErrUnknownFormat is wrapped by errors about a file name, or the name of a format, that means no known format.
	ErrUnknownFormat = event.ErrUnknownFormat
	// ErrAgain says that the document has to be read and written again from its start, with the same [Hints].
	ErrAgain = event.ErrAgain
)

// Discard is a writer that drops every event.
const Discard = event.Discard
