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
	overlong bool     // the text is the begin of a token that is too long
}

const (
	readSize   = 64 << 10
	largeBatch = 16 << 10
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
	batches  chan<- batch
	sequence int
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
	overlong := false // inside of a token that was reported
	for {
		if len(buffer) == cap(buffer) {
			buffer = append(make([]byte, 0, 2*cap(buffer)), buffer...)
		}
		n, err := in.Read(buffer[len(buffer):cap(buffer)])
		seen := len(buffer)
		buffer = buffer[:len(buffer)+n]
		if overlong {
			end := bytes.IndexFunc(buffer, isBlankRune)
			if end < 0 {
				buffer, seen = buffer[:0], 0
			} else {
				buffer = append(buffer[:0], buffer[end:]...)
				overlong, seen = false, 0
			}
		}
		whole := seen + lastBlank(buffer[seen:]) + 1
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
			buffer = append(make([]byte, 0, max(readSize, 2*(len(buffer)-whole))), buffer[whole:]...)
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

// sendText cuts text, which ends with a blank or with the input, into batches.
func (r *reader) sendText(text []byte, line *int) bool {
	for len(text) > 0 {
		size := batchSize(text)
		end := len(text)
		if end > size {
			if end = lastBlank(text[:size]) + 1; end == 0 {
				end = size + bytes.IndexFunc(text[size:], isBlankRune) + 1
				if end == size {
					end = len(text)
				}
			}
		}
		if !r.send(batch{text: text[:end:end], place: *line}) {
			return false
		}
		*line += bytes.Count(text[:end], []byte{'\n'})
		text = text[end:]
	}
	return true
}

// lastBlank is the index of the last blank, or -1.
func lastBlank(text []byte) int {
	for i := len(text) - 1; i >= 0; i-- {
		if isBlank(text[i]) {
			return i
		}
	}
	return -1
}

func isBlank(c byte) bool { return c == ' ' || c-'\t' <= '\r'-'\t' }

func isBlankRune(r rune) bool { return r < 0x80 && isBlank(byte(r)) }
