package stream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
)

// MaxToken is the length of the longest token that is read.
const MaxToken = 1 << 20

// A batch is some of the input, cut between tokens.
type batch struct {
	sequence int
	words    []string // from the command line, or
	text     []byte   // from a reader
	place    int      // of the first word, or the line where text begins; from 1
	first    int      // how many tokens came before, if places are counted
	overlong bool     // the text is the beginning of a token that is too long
	buffer   []byte   // of the text, where no other batch has a part of it and it is not long
}

const (
	readSize   = 16 << 10
	largeBatch = readSize
)

// batchSize is the length of the next batch of text: the longer its numbers and so the time they may
// take, the fewer of them, for an even load.
func batchSize(text []byte) int {
	begin := text[:min(len(text), 1<<10)]
	tokens := 1 + bytes.Count(begin, []byte{'\n'}) + bytes.Count(begin, []byte{' '})
	switch length := len(begin) / tokens; {
	case length < 20:
		return largeBatch
	case length < 28:
		return 1 << 10
	default:
		return 1 << 7
	}
}

// reader cuts the sources into batches.
type reader struct {
	ctx      context.Context // of the one call of read
	options  *Options
	batches  chan<- batch
	used     <-chan []byte // buffers to be filled again
	sequence int
	places   int // tokens so far, if they are counted
}

func (r *reader) read(sources []Source) error {
	place := 1
	for _, s := range sources {
		if s.Reader == nil {
			for words := s.Words; len(words) > 0; {
				n := min(len(words), 64)
				if !r.send(batch{words: words[:n], place: place}) {
					return nil
				}
				words = words[n:]
				place += n
			}
			continue
		}
		place++
		if err := r.readAll(s.Reader); err != nil {
			return fmt.Errorf("read: %w", err)
		}
	}
	return nil
}

// send numbers the batch and reports whether it is still wanted.
func (r *reader) send(b batch) bool {
	b.sequence = r.sequence
	r.sequence++
	if r.options.counted() {
		b.first = r.places
		r.places += b.tokens(r.options)
	}
	select {
	case r.batches <- b:
		return true
	case <-r.ctx.Done():
		return false
	}
}

// readAll sends what one reader has, each part as soon as it is there.
func (r *reader) readAll(in io.Reader) error {
	line := 1
	buffer := make([]byte, 0, readSize)
	overlong := false // inside a token that was reported
	start := true     // of the input
	for {
		if len(buffer) == cap(buffer) {
			buffer = append(make([]byte, 0, 2*cap(buffer)), buffer...)
		}
		n, err := in.Read(buffer[len(buffer):cap(buffer)])
		seen := len(buffer)
		buffer = buffer[:len(buffer)+n]
		if start {
			var wrong error
			if buffer, start, wrong = withoutMark(buffer); wrong != nil {
				return wrong
			}
			if start && err == nil {
				continue
			}
			seen = 0
		}
		if overlong {
			end := r.firstEnd(buffer)
			if end < 0 {
				buffer, seen = buffer[:0], 0
			} else {
				buffer = append(buffer[:0], buffer[end:]...)
				overlong, seen = false, 0
			}
		}
		whole := seen + r.lastEnd(buffer[seen:]) + 1
		if whole > seen || err != nil {
			if whole == seen && seen > 0 {
				whole = 0
			}
			if err != nil {
				whole = len(buffer)
			}
			if !r.sendText(buffer[:whole], &line) {
				return nil
			}
			// The batches keep the old buffer.
			buffer = append(r.buffer(2*(len(buffer)-whole)), buffer[whole:]...)
		}
		if len(buffer) > MaxToken {
			if !r.send(batch{text: buffer, place: line, overlong: true}) {
				return nil
			}
			buffer, overlong = make([]byte, 0, readSize), true
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// buffer returns an empty buffer with room for that many bytes or more.
func (r *reader) buffer(size int) []byte {
	if size <= readSize {
		select {
		case b := <-r.used:
			return b[:0]
		default:
		}
	}
	return make([]byte, 0, max(readSize, size))
}

// sendText cuts text, which ends with a blank or with the input, into batches.
func (r *reader) sendText(text []byte, line *int) bool {
	whole := text
	for len(text) > 0 {
		size := batchSize(text)
		end := len(text)
		if end > size {
			if end = r.lastEnd(text[:size]) + 1; end == 0 {
				end = size + r.firstEnd(text[size:]) + 1
				if end == size {
					end = len(text)
				}
			}
		}
		b := batch{text: text[:end:end], place: *line}
		*line += bytes.Count(b.text, []byte{'\n'})
		if end == len(whole) && cap(whole) <= readSize {
			b.buffer = whole
		}
		if !r.send(b) {
			return false
		}
		text = text[end:]
	}
	return true
}

// lastEnd is the index of the last place where text may be cut, or -1: a blank, or a newline where blanks may
// belong to expressions.
func (r *reader) lastEnd(text []byte) int {
	if r.options.Expressions {
		return bytes.LastIndexByte(text, '\n')
	}
	for i := len(text) - 1; i >= 0; i-- {
		if isBlank(text[i]) {
			return i
		}
	}
	return -1
}

// firstEnd is the index of the first such place, or -1.
func (r *reader) firstEnd(text []byte) int {
	if r.options.Expressions {
		return bytes.IndexByte(text, '\n')
	}
	return bytes.IndexFunc(text, isBlankRune)
}

func isBlank(c byte) bool { return c == ' ' || c-'\t' <= '\r'-'\t' }

func isBlankRune(r rune) bool { return r < 0x80 && isBlank(byte(r)) }
