package canonical

import (
	"bufio"
	"bytes"
	"container/heap"
	"encoding/binary"
	"io"
	"slices"

	"github.com/pythonweb/goweb/serializer/internal/event"
)

// run is how many bytes of records are sorted in memory; more are sorted in runs, which are merged.
const run = 2 << 20

// A sorter sorts records by the bytes of their keys. No two keys may be equal.
type sorter struct {
	arena   []byte
	records []record
	large   []rope  // texts that are partly in the file; records refer to them by number
	runs    []piece // of the file
	count   int64
}

// A record is a key and a text, as offsets in the arena: the key from at on, the text from text to end.
type record struct {
	at, text, end int
	large         int // 1 + the number of a large text, which is not in the arena
}

func (s *sorter) reset() {
	*s = sorter{arena: s.arena[:0], records: s.records[:0], large: s.large[:0], runs: s.runs[:0]}
}

// add adds a record.
func (s *sorter) add(w *work, key []byte, text *rope) error {
	s.count++
	r := record{at: len(s.arena)}
	s.arena = append(s.arena, key...)
	r.text = len(s.arena)
	if len(text.pieces) > 0 {
		s.large = append(s.large, rope{slices.Clone(text.pieces), bytes.Clone(text.tail)})
		r.large = len(s.large)
	} else {
		s.arena = append(s.arena, text.tail...)
	}
	r.end = len(s.arena)
	s.records = append(s.records, r)
	if len(s.arena)+32*len(s.records) < run {
		return nil
	}
	return s.spill(w)
}

func (s *sorter) key(r record) []byte { return s.arena[r.at:r.text] }

func (s *sorter) sort() {
	slices.SortFunc(s.records, func(a, b record) int { return bytes.Compare(s.key(a), s.key(b)) })
}

// spill sorts the records in memory and writes them to the file.
func (s *sorter) spill(w *work) error {
	s.sort()
	p := piece{at: w.end}
	var head []byte
	for _, r := range s.records {
		head = binary.AppendUvarint(head[:0], uint64(r.text-r.at))
		head = binary.AppendUvarint(head, uint64(r.end-r.text))
		head = binary.AppendUvarint(head, uint64(r.large))
		if _, err := w.append(head); err != nil {
			return err
		}
		if _, err := w.append(s.arena[r.at:r.end]); err != nil {
			return err
		}
	}
	p.n = w.end - p.at
	s.runs = append(s.runs, p)
	s.arena, s.records = s.arena[:0], s.records[:0]
	return nil
}

// each calls yield with the texts in the order of their keys.
func (s *sorter) each(w *work, yield func(text *rope) error) error {
	if len(s.runs) > 0 {
		if err := s.spill(w); err != nil {
			return err
		}
		return s.merge(w, yield)
	}
	s.sort()
	var last []byte
	for i, r := range s.records {
		key := s.key(r)
		if i > 0 && bytes.Equal(last, key) {
			return twice(key)
		}
		last = key
		text := rope{tail: s.arena[r.text:r.end]}
		if r.large > 0 {
			text = s.large[r.large-1]
		}
		if err := yield(&text); err != nil {
			return err
		}
	}
	return nil
}

// twiceError is the error of a duplicate key, in the form in which keys are sorted.
type twiceError struct{ key []byte }

func twice(key []byte) error { return &twiceError{bytes.Clone(key)} }

func (e *twiceError) Error() string { return event.ErrDuplicate.Error() }

// Unwrap returns ErrDuplicate.
func (e *twiceError) Unwrap() error { return event.ErrDuplicate }

// A runReader reads the records of a run.
type runReader struct {
	r     *bufio.Reader
	key   []byte
	text  []byte
	large int
}

// next reads a record; it returns io.EOF after the last.
func (r *runReader) next() error {
	var sizes [3]uint64
	for i := range sizes {
		n, err := binary.ReadUvarint(r.r)
		if err != nil {
			return err
		}
		sizes[i] = n
	}
	r.key = slices.Grow(r.key[:0], int(sizes[0]))[:sizes[0]]
	r.text = slices.Grow(r.text[:0], int(sizes[1]))[:sizes[1]]
	r.large = int(sizes[2])
	if _, err := io.ReadFull(r.r, r.key); err != nil {
		return err
	}
	_, err := io.ReadFull(r.r, r.text)
	return err
}

type runHeap []*runReader

func (h runHeap) Len() int           { return len(h) }
func (h runHeap) Less(i, j int) bool { return bytes.Compare(h[i].key, h[j].key) < 0 }
func (h runHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *runHeap) Push(x any)        { *h = append(*h, x.(*runReader)) }
func (h *runHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

func (s *sorter) merge(w *work, yield func(text *rope) error) error {
	if err := w.flush(); err != nil {
		return err
	}
	var open runHeap
	for _, p := range s.runs {
		r := &runReader{r: bufio.NewReaderSize(w.section(p), 8<<10)}
		if err := r.next(); err == nil {
			open = append(open, r)
		} else if err != io.EOF {
			return err
		}
	}
	heap.Init(&open)
	var last []byte
	for first := true; len(open) > 0; first = false {
		r := open[0]
		if !first && bytes.Equal(last, r.key) {
			return twice(r.key)
		}
		last = append(last[:0], r.key...)
		text := rope{tail: r.text}
		if r.large > 0 {
			text = s.large[r.large-1]
		}
		if err := yield(&text); err != nil {
			return err
		}
		switch err := r.next(); err {
		case nil:
			heap.Fix(&open, 0)
		case io.EOF:
			heap.Pop(&open)
		default:
			return err
		}
	}
	return nil
}
