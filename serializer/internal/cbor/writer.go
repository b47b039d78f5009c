package cbor

import (
	"encoding/binary"
	"fmt"
	"io"
	"math/big"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/literal"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// Writer writes CBOR in preferred serialisation. A container's length is known only at its end, so the writer
// holds containers back until then, up to 64 KiB; longer ones get an indefinite length. What is written depends on
// the events alone, so equal values have equal bytes.
type Writer struct {
	out      wire.Output
	frames   []openFrame
	definite int             // the first of the frames whose length can still be written
	Sequence bool            // a list is written as a CBOR sequence, without its own head and end
	Ender    wire.ValueEnder // told where the values of a sequence end; may be nil
	Whole    bool            // containers of any length are held back
	Plain    bool            // values that need a tag of this module are refused
}

type openFrame struct {
	kind   event.Kind
	head   int64 // position of its head, one byte until the length is known
	values int64
}

func NewWriter(w io.Writer) *Writer { return &Writer{out: wire.NewOutput(w)} }

// Reset makes w equal to what NewWriter returns, reusing its memory.
func (w *Writer) Reset(to io.Writer) {
	*w = Writer{out: w.out.Again(to), frames: w.frames[:0]}
}

// Write writes the next event.
func (w *Writer) Write(ev *event.Event) error {
	if ev.Kind == event.KindEnd {
		if err := w.end(); err != nil {
			return err
		}
		return w.settle()
	}
	if n := len(w.frames); n > 0 {
		w.frames[n-1].values++
	}
	if w.Plain && ownForm(ev) {
		return event.NoPlainForm("cbor", ev.Kind)
	}
	switch ev.Kind {
	case event.KindList:
		if w.Sequence && len(w.frames) == 0 {
			w.frames = append(w.frames, openFrame{kind: event.KindShared})
			w.definite = 1
			return nil
		}
		w.open(event.KindList, MajorArray)
	case event.KindTuple:
		w.head(MajorTag, event.TagTuple)
		w.open(event.KindList, MajorArray)
	case event.KindSet:
		w.head(MajorTag, event.TagSet)
		w.open(event.KindList, MajorArray)
	case event.KindFrozenSet:
		w.head(MajorTag, event.TagFrozenSet)
		w.head(MajorTag, event.TagSet)
		w.open(event.KindList, MajorArray)
	case event.KindMap:
		w.open(event.KindMap, MajorMap)
	case event.KindTag:
		if ev.Num == tagNamespace {
			return fmt.Errorf("tag %d cannot be written: the references to strings in it count strings "+
				"(--lossy tag drops it)", ev.Num)
		}
		w.head(MajorTag, ev.Num)
		w.prefix(event.KindTag)
	case event.KindShared:
		w.head(MajorTag, event.TagShared)
		w.prefix(event.KindShared)
	case event.KindInstance:
		w.instance(ev)
	default:
		if w.Sequence && len(w.frames) == 0 {
			return wire.ErrNoSequence
		}
		if err := w.scalar(ev); err != nil {
			return err
		}
	}
	return w.settle()
}

// ownForm reports whether an event is written with a tag of this module's own.
func ownForm(ev *event.Event) bool {
	switch ev.Kind {
	case event.KindTuple, event.KindByteArray, event.KindFrozenSet, event.KindTime, event.KindTimedelta, event.KindExt:
		return true
	case event.KindDatetime:
		return !literal.StandardDatetime(ev.Data)
	case event.KindInstance:
		return event.Parts(ev.Num) != event.PartState
	case event.KindNumber, event.KindDecimal:
		tag, _, _ := decimalTag(ev)
		return tag != event.TagDecimal
	}
	return false
}

// open begins a container whose length becomes known at its end.
func (w *Writer) open(kind event.Kind, major byte) {
	w.frames = append(w.frames, openFrame{kind: kind, head: w.out.End()})
	w.out.Buf = append(w.out.Buf, major<<5)
}

// prefix begins something that a known number of values completes.
func (w *Writer) prefix(kind event.Kind) {
	w.frames = append(w.frames, openFrame{kind: kind, head: w.out.End()})
}

func (w *Writer) instance(ev *event.Event) {
	if event.Parts(ev.Num) == event.PartState {
		w.head(MajorTag, event.TagInstance)
		w.head(MajorArray, 2)
		w.text(ev.Data)
	} else {
		w.head(MajorTag, event.TagParts)
		w.head(MajorArray, uint64(2+event.Parts(ev.Num).Count()))
		w.text(ev.Data)
		w.head(MajorUint, ev.Num)
	}
	w.prefix(event.KindInstance)
}

func (w *Writer) end() error {
	n := len(w.frames) - 1
	if n < 0 {
		return wire.ErrEvents
	}
	f := w.frames[n]
	w.frames = w.frames[:n]
	if n < w.definite {
		w.definite = n
		if f.kind == event.KindList || f.kind == event.KindMap {
			w.out.Buf = append(w.out.Buf, Break)
		}
		return nil
	}
	switch f.kind {
	case event.KindMap:
		if f.values&1 == 1 {
			return wire.ErrEvents
		}
		w.length(f.head, uint64(f.values)/2)
	case event.KindList:
		w.length(f.head, uint64(f.values))
	}
	return nil
}

// length completes the head of a container that is still in the window.
func (w *Writer) length(at int64, n uint64) {
	i := at - w.out.Base
	major := w.out.Buf[i] >> 5
	var head [9]byte
	b := AppendHead(head[:0], major, n)
	w.out.Buf[i] = b[0]
	if len(b) > 1 {
		w.out.Insert(at+1, b[1:]...)
	}
}

// settle stops waiting for the ends of containers that have become long, and flushes what can no longer change.
func (w *Writer) settle() error {
	if w.Ender != nil && len(w.frames) == 1 {
		if err := w.out.Flush(w.out.End()); err != nil {
			return err
		}
		return w.Ender.EndValue()
	}
	if len(w.frames) == w.definite {
		if len(w.out.Buf) < 2*wire.Lookahead {
			return nil
		}
		return w.out.Flush(w.out.End())
	}
	if w.Whole || w.out.End()-w.frames[w.definite].head <= wire.Lookahead {
		return nil
	}
	for w.definite < len(w.frames) && w.out.End()-w.frames[w.definite].head > wire.Lookahead {
		if f := w.frames[w.definite]; f.kind == event.KindList || f.kind == event.KindMap {
			w.out.Buf[f.head-w.out.Base] |= 31
		}
		w.definite++
	}
	if len(w.out.Buf) < 2*wire.Lookahead {
		return nil
	}
	if w.definite < len(w.frames) {
		return w.out.Flush(w.frames[w.definite].head)
	}
	return w.out.Flush(w.out.End())
}

// Close flushes the rest.
func (w *Writer) Close() error {
	if len(w.frames) > 0 {
		return wire.ErrEvents
	}
	return w.out.Flush(w.out.End())
}

func (w *Writer) head(major byte, n uint64) {
	w.out.Buf = AppendHead(w.out.Buf, major, n)
}

func (w *Writer) text(s []byte) {
	w.head(MajorText, uint64(len(s)))
	w.out.Buf = append(w.out.Buf, s...)
}

func (w *Writer) bytes(s []byte) {
	w.head(MajorBytes, uint64(len(s)))
	w.out.Buf = append(w.out.Buf, s...)
}

func (w *Writer) taggedText(tag uint64, s []byte) {
	w.head(MajorTag, tag)
	w.text(s)
}

func (w *Writer) scalar(ev *event.Event) error {
	switch ev.Kind {
	case event.KindString:
		w.text(ev.Data)
	case event.KindInt:
		if int64(ev.Num) < 0 {
			w.head(MajorNegative, ^ev.Num)
		} else {
			w.head(MajorUint, ev.Num)
		}
	case event.KindFloat:
		w.out.Buf = AppendFloat(w.out.Buf, ev.Num)
	case event.KindBool:
		w.out.Buf = append(w.out.Buf, 0xf4+byte(ev.Num))
	case event.KindNull:
		w.out.Buf = append(w.out.Buf, 0xf6)
	case event.KindUndefined:
		w.out.Buf = append(w.out.Buf, 0xf7)
	case event.KindSimple:
		w.head(MajorSimple, ev.Num)
	case event.KindBytes:
		w.bytes(ev.Data)
	case event.KindByteArray:
		w.head(MajorTag, event.TagByteArray)
		w.bytes(ev.Data)
	case event.KindBigInt:
		return w.bigInt(ev.Data)
	case event.KindNumber, event.KindDecimal:
		return w.decimal(ev)
	case event.KindDatetime:
		if literal.StandardDatetime(ev.Data) {
			w.taggedText(event.TagDatetime, ev.Data)
		} else {
			w.taggedText(event.TagOtherTime, ev.Data)
		}
	case event.KindDate:
		w.taggedText(event.TagDate, ev.Data)
	case event.KindTime:
		w.taggedText(event.TagTime, ev.Data)
	case event.KindTimedelta:
		w.taggedText(event.TagTimedelta, ev.Data)
	case event.KindComplex:
		w.head(MajorTag, event.TagComplex)
		w.head(MajorArray, 2)
		w.out.Buf = AppendFloat(w.out.Buf, binary.BigEndian.Uint64(ev.Data))
		w.out.Buf = AppendFloat(w.out.Buf, binary.BigEndian.Uint64(ev.Data[8:]))
	case event.KindFraction:
		return w.fraction(ev.Data)
	case event.KindUUID:
		w.head(MajorTag, event.TagUUID)
		w.bytes(ev.Data)
	case event.KindRef:
		w.head(MajorTag, event.TagRef)
		w.head(MajorUint, ev.Num)
	case event.KindExt:
		w.head(MajorTag, event.TagExt)
		w.head(MajorArray, 2)
		w.anyInt(big.NewInt(int64(ev.Num)))
		w.bytes(ev.Data)
	default:
		return wire.ErrEvents
	}
	return nil
}

func (w *Writer) bigInt(digits []byte) error {
	i, ok := literal.ParseBig(string(digits))
	if !ok {
		return wire.ErrEvents
	}
	w.anyInt(i)
	return nil
}

func (w *Writer) anyInt(i *big.Int) {
	major, tag := MajorUint, uint64(event.TagPositive)
	if i.Sign() < 0 {
		i = new(big.Int).Not(i)
		major, tag = MajorNegative, event.TagNegative
	}
	if i.IsUint64() {
		w.head(major, i.Uint64())
		return
	}
	w.head(MajorTag, tag)
	w.bytes(i.Bytes())
}

// decimal writes a KindNumber or KindDecimal with tag 4 if that reads back as the same kind, otherwise as text.
func (w *Writer) decimal(ev *event.Event) error {
	tag, mantissa, exp := decimalTag(ev)
	if tag != event.TagDecimal {
		w.taggedText(tag, ev.Data)
		return nil
	}
	i, ok := literal.ParseBig(mantissa)
	if !ok {
		return wire.ErrEvents
	}
	w.head(MajorTag, event.TagDecimal)
	w.head(MajorArray, 2)
	w.anyInt(big.NewInt(exp))
	w.anyInt(i)
	return nil
}

func (w *Writer) fraction(text []byte) error {
	for i, c := range text {
		if c != '/' {
			continue
		}
		num, ok := literal.ParseBig(string(text[:i]))
		den, ok2 := literal.ParseBig(string(text[i+1:]))
		if !ok || !ok2 {
			return wire.ErrEvents
		}
		w.head(MajorTag, event.TagFraction)
		w.head(MajorArray, 2)
		w.anyInt(num)
		w.anyInt(den)
		return nil
	}
	return wire.ErrEvents
}
