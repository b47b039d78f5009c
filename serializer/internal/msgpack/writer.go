package msgpack

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/tinylib/msgp/msgp"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/literal"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// Writer writes MessagePack in its shortest forms. Every container begins with its length, so the writer holds
// containers back until their end. With hints it does so up to 64 KiB: of longer containers only the lengths are
// recorded, and the document is then written again from its start.
type Writer struct {
	out     wire.Output
	frames  []openFrame
	lost    int // how many of the frames have become too long to be held
	ordinal int64
	hints   *wire.Hints // nil when the whole document is held in the window
	again   bool        // nothing more is flushed: the document will be written again
	listed  bool        // the list that stands for the sequence has begun

	Sequence bool            // a list is written as its values, one after the other
	Ender    wire.ValueEnder // told where the values of a sequence end; may be nil

	Plain bool // values that need an extension of this module are refused
}

type openFrame struct {
	kind    event.Kind
	head    int64 // position of its head
	content int64 // position of its content; until it ends there are fewer bytes of head than it will have
	values  int64
	ordinal int64
	known   bool // its head is written
}

func NewWriter(w io.Writer, hints *wire.Hints) *Writer {
	return &Writer{out: wire.NewOutput(w), hints: hints}
}

// Write writes the next event.
func (w *Writer) Write(ev *event.Event) error {
	if w.Sequence && len(w.frames) == 0 {
		switch {
		case ev.Kind == event.KindEnd && w.listed:
			return nil
		case !w.listed && ev.Kind != event.KindList:
			return wire.ErrNoSequence
		case !w.listed:
			w.listed = true
			return nil
		}
	}
	if err := w.write(ev); err != nil {
		return err
	}
	if w.Ender == nil || len(w.frames) > 0 || w.again {
		return nil
	}
	if err := w.out.Flush(w.out.End()); err != nil {
		return err
	}
	return w.Ender.EndValue()
}

func (w *Writer) write(ev *event.Event) error {
	if ev.Kind == event.KindEnd {
		if err := w.end(); err != nil {
			return err
		}
		return w.settle()
	}
	if w.Plain && ownForm(ev) {
		return event.NoPlainForm("msgpack", ev.Kind)
	}
	if n := len(w.frames); n > 0 {
		w.frames[n-1].values++
	}
	if ev.Kind.Container() {
		if err := w.open(ev); err != nil {
			return err
		}
		return w.settle()
	}
	if err := w.scalar(ev); err != nil {
		return err
	}
	return w.settle()
}

// ownForm reports whether an event is written as an extension of this module's own.
func ownForm(ev *event.Event) bool {
	switch ev.Kind {
	case event.KindNull, event.KindBool, event.KindInt, event.KindFloat, event.KindString, event.KindBytes, event.KindExt,
		event.KindList, event.KindMap:
		return false
	case event.KindBigInt:
		i, ok := literal.ParseBig(string(ev.Data))
		return !ok || !i.IsUint64()
	case event.KindDatetime:
		_, _, exact := literal.Instant(ev.Data)
		return !exact
	}
	return true
}

// open begins a container; its head is written at its end unless the hints have the length.
func (w *Writer) open(ev *event.Event) error {
	f := openFrame{kind: ev.Kind, head: w.out.End(), ordinal: w.ordinal}
	w.ordinal++
	var length uint64
	if w.hints != nil {
		length, f.known = w.hints.Lengths[f.ordinal]
	}
	if f.known {
		var err error
		if w.out.Buf, err = appendHead(w.out.Buf, f.kind, length); err != nil {
			return err
		}
	}
	f.content = w.out.End()
	switch ev.Kind {
	case event.KindTag:
		w.out.Buf = msgp.AppendUint64(append(w.out.Buf, extLetters[ev.Kind]), ev.Num)
	case event.KindInstance:
		w.out.Buf = msgp.AppendStringFromBytes(append(w.out.Buf, extLetters[ev.Kind]), ev.Data)
		w.out.Buf = msgp.AppendUint64(w.out.Buf, ev.Num)
	case event.KindTuple, event.KindSet, event.KindFrozenSet, event.KindShared:
		w.out.Buf = append(w.out.Buf, extLetters[ev.Kind])
	}
	w.frames = append(w.frames, f)
	return nil
}

// appendHead writes the head of a container: the number of its values or pairs, or the bytes of an extension.
func appendHead(b []byte, kind event.Kind, length uint64) ([]byte, error) {
	if length > math.MaxUint32 {
		return b, fmt.Errorf("MessagePack cannot hold a %s of length %d", kind, length)
	}
	switch kind {
	case event.KindList:
		return msgp.AppendArrayHeader(b, uint32(length)), nil
	case event.KindMap:
		return msgp.AppendMapHeader(b, uint32(length)), nil
	}
	return appendExtHead(b, length), nil
}

func appendExtHead(b []byte, length uint64) []byte {
	switch {
	case length == 1 || length == 2 || length == 4 || length == 8 || length == 16:
		fix := byte(0xd4)
		for n := length; n > 1; n >>= 1 {
			fix++
		}
		b = append(b, fix)
	case length < 1<<8:
		b = append(b, 0xc7, byte(length))
	case length < 1<<16:
		b = append(b, 0xc8, byte(length>>8), byte(length))
	default:
		b = binary.BigEndian.AppendUint32(append(b, 0xc9), uint32(length))
	}
	return append(b, event.OwnExt)
}

func (w *Writer) end() error {
	n := len(w.frames) - 1
	if n < 0 {
		return wire.ErrEvents
	}
	f := w.frames[n]
	w.frames = w.frames[:n]
	length := uint64(f.values)
	switch f.kind {
	case event.KindList:
	case event.KindMap:
		if length&1 == 1 {
			return wire.ErrEvents
		}
		length /= 2
	default:
		length = uint64(w.out.End() - f.content)
	}
	if f.known {
		w.lost = min(w.lost, n)
		return nil
	}
	var buf [8]byte
	head, err := appendHead(buf[:0], f.kind, length)
	if err != nil {
		return err
	}
	if n < w.lost {
		w.lost = n
		w.hints.Lengths[f.ordinal] = length
		w.out.Base += int64(len(head)) // as if it had been there all along
		return nil
	}
	w.out.Insert(f.head, head...)
	return nil
}

// settle stops holding containers that have become long, and flushes what can no longer change.
func (w *Writer) settle() error {
	if w.hints == nil {
		return nil
	}
	for w.lost < len(w.frames) {
		f := &w.frames[w.lost]
		if !f.known {
			if w.out.End()-f.head <= wire.Lookahead {
				break
			}
			w.again = true
			if f.head >= w.out.Base {
				w.out.W = io.Discard
			}
		}
		w.lost++
	}
	if len(w.out.Buf) < 2*wire.Lookahead {
		return nil
	}
	if w.lost < len(w.frames) {
		return w.out.Flush(w.frames[w.lost].head)
	}
	return w.out.Flush(w.out.End())
}

// Close flushes the rest.
func (w *Writer) Close() error {
	if len(w.frames) > 0 {
		return wire.ErrEvents
	}
	if w.again {
		return event.ErrAgain
	}
	return w.out.Flush(w.out.End())
}

func (w *Writer) scalar(ev *event.Event) error {
	b := w.out.Buf
	if uint64(len(ev.Data)) >= math.MaxUint32 {
		return fmt.Errorf("MessagePack cannot hold a %s of length %d", ev.Kind, len(ev.Data))
	}
	switch ev.Kind {
	case event.KindString:
		b = msgp.AppendStringFromBytes(b, ev.Data)
	case event.KindInt:
		if int64(ev.Num) >= 0 {
			b = msgp.AppendUint64(b, ev.Num) // AppendInt64 would be longer from 128 on
		} else {
			b = msgp.AppendInt64(b, int64(ev.Num))
		}
	case event.KindFloat:
		if s, ok := literal.ToSingle(ev.Num); ok {
			b = binary.BigEndian.AppendUint32(append(b, 0xca), s)
		} else {
			b = binary.BigEndian.AppendUint64(append(b, 0xcb), ev.Num)
		}
	case event.KindBool:
		b = msgp.AppendBool(b, ev.Num != 0)
	case event.KindNull:
		b = msgp.AppendNil(b)
	case event.KindBytes:
		b = msgp.AppendBytes(b, ev.Data)
	case event.KindBigInt:
		i, ok := literal.ParseBig(string(ev.Data))
		if !ok {
			return wire.ErrEvents
		}
		if i.IsUint64() {
			b = msgp.AppendUint64(b, i.Uint64())
		} else {
			b = appendOwn(b, ev.Kind, ev.Data)
		}
	case event.KindDatetime:
		if seconds, nanos, exact := literal.Instant(ev.Data); exact {
			b = appendExtInstant(b, seconds, nanos)
		} else {
			b = appendOwn(b, ev.Kind, ev.Data)
		}
	case event.KindExt:
		head := appendExtHead(b, uint64(len(ev.Data)))
		head[len(head)-1] = byte(ev.Num)
		b = append(head, ev.Data...)
	case event.KindSimple:
		b = appendOwn(b, ev.Kind, []byte{byte(ev.Num)})
	case event.KindRef:
		b = appendOwn(b, ev.Kind, binary.BigEndian.AppendUint64(nil, ev.Num))
	case event.KindNumber,
		event.KindByteArray,
		event.KindUndefined,
		event.KindDate,
		event.KindTime,
		event.KindTimedelta,
		event.KindDecimal,
		event.KindComplex,
		event.KindFraction,
		event.KindUUID:
		b = appendOwn(b, ev.Kind, ev.Data)
	default:
		return wire.ErrEvents
	}
	w.out.Buf = b
	return nil
}

// appendOwn writes a scalar as an extension of this module.
func appendOwn(b []byte, kind event.Kind, data []byte) []byte {
	b = appendExtHead(b, uint64(len(data))+1)
	return append(append(b, extLetters[kind]), data...)
}
