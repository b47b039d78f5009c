package memo

import (
	"encoding/binary"
	"io"
)

// Result is what a command has printed and how it has ended.
type Result struct {
	Code           int
	Stdout, Stderr []byte
	// Joined says that both streams went into one file, and all of it is in Stdout, undistinguished.
	Joined bool
	// Order is the order in which both streams were written, as far as two pipes show it; nil means unknown.
	Order []Chunk
}

// Chunk is a piece of one stream.
type Chunk struct {
	Stream Stream
	Bytes  int
}

// Stream is one of the two streams of output.
type Stream int

// The streams by their descriptors.
const (
	Stdout Stream = 1
	Stderr Stream = 2
)

// MaxChunks bounds the number of chunks of an order.
const MaxChunks = 1 << 12

// Fits reports whether r can be printed: a joined result fits only if both streams go into the same file.
func (r Result) Fits(same bool) bool { return same || !r.Joined }

// Print prints r. If the streams do not go into the same file, standard error comes first.
func (r Result) Print(stdout, stderr io.Writer, same bool) error {
	out, errs := r.Stdout, r.Stderr
	if same {
		for _, c := range r.Order {
			rest, to := &out, stdout
			if c.Stream == Stderr {
				rest, to = &errs, stderr
			}
			n := min(c.Bytes, len(*rest))
			if _, err := to.Write((*rest)[:n]); err != nil {
				return err
			}
			*rest = (*rest)[n:]
		}
	}
	if len(errs) > 0 {
		if _, err := stderr.Write(errs); err != nil {
			return err
		}
	}
	if len(out) > 0 {
		if _, err := stdout.Write(out); err != nil {
			return err
		}
	}
	return nil
}

// Fingerprint stands for the type of all results, as in the entries of package lru.
const Fingerprint = 0x6c72756361636865 // "lrucache"

// Forms of a packed result, added to the code. A program that knows only the first form takes the others for damaged.
const (
	formPlain   = 0
	formJoined  = 1 << 8
	formOrdered = 2 << 8
)

// Pack returns r as bytes: the code and the form, of an ordered one the number of chunks and their lengths, twice those
// and one more for standard error, then the length of standard output, and both.
func (r Result) Pack() []byte {
	form := formPlain
	switch {
	case r.Joined:
		form = formJoined
	case len(r.Order) > 0:
		form = formOrdered
	}
	b := make([]byte, 0, 32+3*len(r.Order)+len(r.Stdout)+len(r.Stderr))
	b = binary.AppendUvarint(b, uint64(r.Code|form))
	if form == formOrdered {
		b = binary.AppendUvarint(b, uint64(len(r.Order)))
		for _, c := range r.Order {
			b = binary.AppendUvarint(b, uint64(c.Bytes)<<1|uint64(c.Stream-Stdout))
		}
	}
	b = binary.AppendUvarint(b, uint64(len(r.Stdout)))
	return append(append(b, r.Stdout...), r.Stderr...)
}

// Unpack reads what Pack has written.
func Unpack(b []byte) (r Result, ok bool) {
	code, ok := number(&b)
	if !ok || code > 255|formOrdered {
		return Result{}, false
	}
	r.Code = int(code & 255)
	switch code &^ 255 {
	case formJoined:
		r.Joined = true
	case formOrdered:
		n, ok := number(&b)
		if !ok || n > MaxChunks || n > uint64(len(b)) {
			return Result{}, false
		}
		for range n {
			c, ok := number(&b)
			if !ok || c>>1 > MaxOutput {
				return Result{}, false
			}
			r.Order = append(r.Order, Chunk{Stdout + Stream(c&1), int(c >> 1)})
		}
	case formPlain:
	default:
		return Result{}, false
	}
	length, ok := number(&b)
	if !ok || length > uint64(len(b)) {
		return Result{}, false
	}
	r.Stdout, r.Stderr = b[:length], b[length:]
	return r, true
}

// number takes a number off b.
func number(b *[]byte) (uint64, bool) {
	v, n := binary.Uvarint(*b)
	if n <= 0 {
		return 0, false
	}
	*b = (*b)[n:]
	return v, true
}
