package serializer

import (
	"encoding/binary"
	"io"
	"math/big"
)

// cborWriter writes CBOR in preferred serialisation. A container's length is known only at its end, so the writer
// holds containers back until then, up to 64 KiB; longer ones get an indefinite length. What is written depends on
// the events alone, so equal values have equal bytes.
type cborWriter struct {
	out      output
	frames   []cborFrame
	definite int        // the first of the frames whose length can still be written
	sequence bool       // a list is written as a CBOR sequence, without its own head and end
	ender    ValueEnder // is told where the values of a sequence end; may be nil
	whole    bool       // containers of any length are held back
}

type cborFrame struct {
	kind   Kind
	head   int64 // position of its head, one byte until the length is known
	values int64
}

func newCBORWriter(w io.Writer) *cborWriter { return &cborWriter{out: newOutput(w)} }

// Write takes the next event.
func (w *cborWriter) Write(ev *Event) error {
	if ev.Kind == KindEnd {
		if err := w.end(); err != nil {
			return err
		}
		return w.settle()
	}
	if n := len(w.frames); n > 0 {
		w.frames[n-1].values++
	}
	switch ev.Kind {
	case KindList:
		if w.sequence && len(w.frames) == 0 {
			w.frames = append(w.frames, cborFrame{kind: KindShared})
			w.definite = 1
			return nil
		}
		w.open(KindList, cborArray)
	case KindTuple:
		w.head(cborTag, tagTuple)
		w.open(KindList, cborArray)
	case KindSet:
		w.head(cborTag, tagSet)
		w.open(KindList, cborArray)
	case KindFrozenSet:
		w.head(cborTag, tagFrozenSet)
		w.head(cborTag, tagSet)
		w.open(KindList, cborArray)
	case KindMap:
		w.open(KindMap, cborMap)
	case KindTag:
		w.head(cborTag, ev.Num)
		w.prefix(KindTag)
	case KindShared:
		w.head(cborTag, tagShared)
		w.prefix(KindShared)
	case KindInstance:
		w.instance(ev)
	default:
		if w.sequence && len(w.frames) == 0 {
			return errNoSequence
		}
		if err := w.scalar(ev); err != nil {
			return err
		}
	}
	return w.settle()
}

// open begins a container whose length comes at its end.
func (w *cborWriter) open(kind Kind, major byte) {
	w.frames = append(w.frames, cborFrame{kind: kind, head: w.out.end()})
	w.out.buf = append(w.out.buf, major<<5)
}

// prefix begins something that a number of values known beforehand completes.
func (w *cborWriter) prefix(kind Kind) {
	w.frames = append(w.frames, cborFrame{kind: kind, head: w.out.end()})
}

func (w *cborWriter) instance(ev *Event) {
	if Parts(ev.Num) == PartState {
		w.head(cborTag, tagInstance)
		w.head(cborArray, 2)
		w.text(ev.Data)
	} else {
		w.head(cborTag, tagParts)
		w.head(cborArray, uint64(2+Parts(ev.Num).count()))
		w.text(ev.Data)
		w.head(cborUint, ev.Num)
	}
	w.prefix(KindInstance)
}

func (w *cborWriter) end() error {
	n := len(w.frames) - 1
	if n < 0 {
		return errEvents
	}
	f := w.frames[n]
	w.frames = w.frames[:n]
	if n < w.definite {
		w.definite = n
		if f.kind == KindList || f.kind == KindMap {
			w.out.buf = append(w.out.buf, cborBreak)
		}
		return nil
	}
	switch f.kind {
	case KindMap:
		if f.values&1 == 1 {
			return errEvents
		}
		w.length(f.head, uint64(f.values)/2)
	case KindList:
		w.length(f.head, uint64(f.values))
	}
	return nil
}

// length completes the head of a container that is still in the window.
func (w *cborWriter) length(at int64, n uint64) {
	i := at - w.out.base
	major := w.out.buf[i] >> 5
	var head [9]byte
	b := appendCBORHead(head[:0], major, n)
	w.out.buf[i] = b[0]
	if len(b) > 1 {
		w.out.insert(at+1, b[1:]...)
	}
}

// settle gives up waiting for the ends of containers that have become long, and hands over what is settled.
func (w *cborWriter) settle() error {
	if w.ender != nil && len(w.frames) == 1 {
		if err := w.out.flush(w.out.end()); err != nil {
			return err
		}
		return w.ender.EndValue()
	}
	if len(w.frames) == w.definite {
		if len(w.out.buf) < 2*lookahead {
			return nil
		}
		return w.out.flush(w.out.end())
	}
	if w.whole || w.out.end()-w.frames[w.definite].head <= lookahead {
		return nil
	}
	for w.definite < len(w.frames) && w.out.end()-w.frames[w.definite].head > lookahead {
		if f := w.frames[w.definite]; f.kind == KindList || f.kind == KindMap {
			w.out.buf[f.head-w.out.base] |= 31
		}
		w.definite++
	}
	if len(w.out.buf) < 2*lookahead {
		return nil
	}
	if w.definite < len(w.frames) {
		return w.out.flush(w.frames[w.definite].head)
	}
	return w.out.flush(w.out.end())
}

// Close hands over the rest.
func (w *cborWriter) Close() error {
	if len(w.frames) > 0 {
		return errEvents
	}
	return w.out.flush(w.out.end())
}

func (w *cborWriter) head(major byte, n uint64) {
	w.out.buf = appendCBORHead(w.out.buf, major, n)
}

func appendCBORHead(b []byte, major byte, n uint64) []byte {
	major <<= 5
	switch {
	case n < 24:
		return append(b, major|byte(n))
	case n < 1<<8:
		return append(b, major|24, byte(n))
	case n < 1<<16:
		return append(b, major|25, byte(n>>8), byte(n))
	case n < 1<<32:
		return binary.BigEndian.AppendUint32(append(b, major|26), uint32(n))
	}
	return binary.BigEndian.AppendUint64(append(b, major|27), n)
}

func (w *cborWriter) text(s []byte) {
	w.head(cborText, uint64(len(s)))
	w.out.buf = append(w.out.buf, s...)
}

func (w *cborWriter) bytes(s []byte) {
	w.head(cborBytes, uint64(len(s)))
	w.out.buf = append(w.out.buf, s...)
}

func (w *cborWriter) taggedText(tag uint64, s []byte) {
	w.head(cborTag, tag)
	w.text(s)
}

func (w *cborWriter) scalar(ev *Event) error {
	switch ev.Kind {
	case KindString:
		w.text(ev.Data)
	case KindInt:
		if int64(ev.Num) < 0 {
			w.head(cborNegative, ^ev.Num)
		} else {
			w.head(cborUint, ev.Num)
		}
	case KindFloat:
		w.out.buf = appendCBORFloat(w.out.buf, ev.Num)
	case KindBool:
		w.out.buf = append(w.out.buf, 0xf4+byte(ev.Num))
	case KindNull:
		w.out.buf = append(w.out.buf, 0xf6)
	case KindUndefined:
		w.out.buf = append(w.out.buf, 0xf7)
	case KindSimple:
		w.head(cborSimple, ev.Num)
	case KindBytes:
		w.bytes(ev.Data)
	case KindByteArray:
		w.head(cborTag, tagByteArray)
		w.bytes(ev.Data)
	case KindBigInt:
		return w.bigInt(ev.Data)
	case KindNumber, KindDecimal:
		return w.decimal(ev)
	case KindDatetime:
		if standardDatetime(ev.Data) {
			w.taggedText(tagDatetime, ev.Data)
		} else {
			w.taggedText(tagOtherTime, ev.Data)
		}
	case KindDate:
		w.taggedText(tagDate, ev.Data)
	case KindTime:
		w.taggedText(tagTime, ev.Data)
	case KindTimedelta:
		w.taggedText(tagTimedelta, ev.Data)
	case KindComplex:
		w.head(cborTag, tagComplex)
		w.head(cborArray, 2)
		w.out.buf = appendCBORFloat(w.out.buf, binary.BigEndian.Uint64(ev.Data))
		w.out.buf = appendCBORFloat(w.out.buf, binary.BigEndian.Uint64(ev.Data[8:]))
	case KindFraction:
		return w.fraction(ev.Data)
	case KindUUID:
		w.head(cborTag, tagUUID)
		w.bytes(ev.Data)
	case KindRef:
		w.head(cborTag, tagRef)
		w.head(cborUint, ev.Num)
	case KindExt:
		w.head(cborTag, tagExt)
		w.head(cborArray, 2)
		w.anyInt(big.NewInt(int64(ev.Num)))
		w.bytes(ev.Data)
	default:
		return errEvents
	}
	return nil
}

func appendCBORFloat(b []byte, bits uint64) []byte {
	if h, ok := toHalf(bits); ok {
		return append(b, 0xf9, byte(h>>8), byte(h))
	}
	if s, ok := toSingle(bits); ok {
		return binary.BigEndian.AppendUint32(append(b, 0xfa), s)
	}
	return binary.BigEndian.AppendUint64(append(b, 0xfb), bits)
}

func (w *cborWriter) bigInt(digits []byte) error {
	i, ok := parseBig(string(digits))
	if !ok {
		return errEvents
	}
	w.anyInt(i)
	return nil
}

func (w *cborWriter) anyInt(i *big.Int) {
	major, tag := cborUint, uint64(tagPositive)
	if i.Sign() < 0 {
		i = new(big.Int).Not(i)
		major, tag = cborNegative, tagNegative
	}
	if i.IsUint64() {
		w.head(major, i.Uint64())
		return
	}
	w.head(cborTag, tag)
	w.bytes(i.Bytes())
}

// decimal writes a KindNumber or KindDecimal with tag 4 if tag 4 comes back as the same kind, otherwise as text.
func (w *cborWriter) decimal(ev *Event) error {
	tag := uint64(tagText)
	if ev.Kind == KindNumber {
		tag = tagLiteral
	}
	if ev.Kind == KindDecimal && !finiteDecimal(ev.Data) {
		w.taggedText(tag, ev.Data)
		return nil
	}
	mantissa, exp, ok := decimalParts(ev.Data)
	if ok && mantissa != "-0" {
		if kind, _ := tagFour(mantissa, exp); kind == ev.Kind {
			i, ok := parseBig(mantissa)
			if !ok {
				return errEvents
			}
			w.head(cborTag, tagDecimal)
			w.head(cborArray, 2)
			w.anyInt(big.NewInt(exp))
			w.anyInt(i)
			return nil
		}
	}
	w.taggedText(tag, ev.Data)
	return nil
}

func (w *cborWriter) fraction(text []byte) error {
	for i, c := range text {
		if c != '/' {
			continue
		}
		num, ok := parseBig(string(text[:i]))
		den, ok2 := parseBig(string(text[i+1:]))
		if !ok || !ok2 {
			return errEvents
		}
		w.head(cborTag, tagFraction)
		w.head(cborArray, 2)
		w.anyInt(num)
		w.anyInt(den)
		return nil
	}
	return errEvents
}
