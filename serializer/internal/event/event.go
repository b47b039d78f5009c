package event

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/pythonweb/goweb/serializer/internal/literal"
)

// An Event is one step of a document: a scalar, the start of a container or the end of the innermost one.
//
// Every reader emits these events and every writer accepts them, so that any input goes with any output and a
// conversion holds no more than a window of the document. A KindMap is followed by alternating keys and values. A value
// of kind KindTag or KindShared is followed by one value and KindEnd, a KindInstance by its parts and KindEnd.
type Event struct {
	Kind Kind
	// Num is the truth of a KindBool, the int64 of a KindInt, the bits of a KindFloat, the number of a KindTag,
	// KindSimple or KindExt (an int8), the index of a KindShared or KindRef (0 for the first shared value of the
	// document), or the Parts of a KindInstance.
	Num uint64
	// Data is the content of strings and bytes, the name of a KindInstance, 16 bytes for KindComplex (two big-endian
	// floats) and KindUUID, and otherwise ASCII text: digits, a number, a date. It is valid until the reader's next Read.
	Data []byte
	// Offset is where the event starts in the input, in bytes; -1 if it did not come from one.
	Offset int64
}

// A Reader returns a document's events, one per call. After the document it returns io.EOF; any other error is final.
type Reader interface {
	// Read overwrites every field of ev.
	Read(ev *Event) error
	// Path returns the path of the last event, as $.name[index].
	Path() string
}

// A Writer takes a document's events.
type Writer interface {
	Write(ev *Event) error
	// Close ends the document and flushes its last bytes. It does not close what the writer writes to.
	Close() error
}

// Text returns the content of a scalar event or, of a container, what distinguishes it from others of its kind;
// shortened.
func (ev *Event) Text() string { return string(ev.AppendText(nil, shownText)) }

// shownText is how many bytes of a text Text shows.
const shownText = 200

// AppendText appends what Text returns, with at most most bytes of a text's content; all of it if most is negative.
func (ev *Event) AppendText(b []byte, most int) []byte {
	data, more := ev.Data, false
	if most >= 0 && len(data) > most {
		for most > 0 && !utf8.RuneStart(data[most]) {
			most--
		}
		data, more = data[:most], true
	}
	switch ev.Kind {
	case KindList, KindTuple, KindSet, KindFrozenSet, KindMap, KindEnd:
		return b
	case KindTag, KindShared, KindSimple, KindRef:
		return strconv.AppendUint(b, ev.Num, 10)
	case KindInt:
		return strconv.AppendInt(b, int64(ev.Num), 10)
	case KindNull:
		return append(b, "null"...)
	case KindUndefined:
		return append(b, "undefined"...)
	case KindBool:
		return strconv.AppendBool(b, ev.Num != 0)
	case KindString:
		b = literal.AppendString(b, data)
	case KindFloat:
		return literal.AppendFloatText(b, ev.Num)
	case KindBytes, KindByteArray:
		b = hex.AppendEncode(fmt.Appendf(b, "%d bytes: ", len(ev.Data)), data)
	case KindExt:
		b = hex.AppendEncode(fmt.Appendf(b, "%d, %d bytes: ", int8(ev.Num), len(ev.Data)), data)
	case KindUUID:
		return literal.AppendUUID(b, ev.Data)
	case KindComplex:
		re, im := binary.BigEndian.Uint64(ev.Data), binary.BigEndian.Uint64(ev.Data[8:])
		return fmt.Appendf(b, "%s, %s", literal.FloatText(re), literal.FloatText(im))
	default:
		b = append(b, data...)
	}
	if more {
		b = append(b, "…"...)
	}
	return b
}
