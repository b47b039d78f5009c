package archive

import (
	"compress/flate"
	"io"
)

// A bomb that is compressed as a whole declares its size nowhere, and one of many megabytes takes many seconds to grow
// beyond the limits. But what is left of it is as repetitive as what came out, and that can be seen at once. A disk
// image that begins with a long empty stretch has other content behind it, which cannot be compressed again.

// eater counts what a decompressor has read.
type eater struct {
	r io.Reader
	u *unpacker
}

func (e *eater) Read(p []byte) (int, error) {
	n, err := e.r.Read(p)
	e.u.eaten += int64(n)
	return n, err
}

// repetitive reports whether most of what is left of the archive could be compressed again to an eighth of its size. A
// rest that is too short for an answer is soon read anyway.
func (u *unpacker) repetitive() bool {
	const samples, length = 32, 4 << 10
	rest := u.packed - u.eaten
	if rest < samples*length {
		return false
	}
	sample := make([]byte, length)
	found := 0
	for i := range int64(samples) {
		if _, err := u.source.ReadAt(sample, u.eaten+i*((rest-length)/samples)); err != nil {
			return false
		}
		if compressed(sample) <= length/8 {
			found++
		}
	}
	return found >= samples*3/4
}

// compressed returns how many bytes p has when it is compressed.
func compressed(p []byte) (length int) {
	w, err := flate.NewWriter(writerFunc(func(b []byte) (int, error) {
		length += len(b)
		return len(b), nil
	}), flate.BestSpeed)
	if err != nil {
		return len(p)
	}
	if _, err := w.Write(p); err != nil || w.Close() != nil {
		return len(p)
	}
	return length
}

// writerFunc is a function that takes what is written.
type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
