package journal

import (
	"encoding/binary"
	"fmt"
	"time"
)

// The kinds of a journal's records.
const (
	recordBegin byte = 1 + iota // the run: which command, where, with which options
	recordSteps                 // intents and facts, see the steps below
	recordEnd                   // how the run ended
	recordUndo                  // an undo began or ended
)

// begin is the body of a recordBegin.
type begin struct {
	run     int
	command string
	started time.Time
	durable bool
	options []string
	token   string // in the names of unfinished work; empty in journals of the first format
}

func (b begin) encode() []byte {
	e := encoder{}
	e.uint(uint64(b.run))
	e.text(b.command)
	e.time(b.started)
	e.bool(b.durable)
	e.uint(uint64(len(b.options)))
	for _, option := range b.options {
		e.text(option)
	}
	e.text(b.token)
	return e.bytes
}

func decodeBegin(body []byte) (begin, error) {
	d := decoder{bytes: body}
	b := begin{run: int(d.uint()), command: d.text(), started: d.time(), durable: d.bool()}
	for n := d.uint(); n > 0 && d.err == nil; n-- {
		b.options = append(b.options, d.text())
	}
	if len(d.bytes) > 0 {
		b.token = d.text()
	}
	return b, d.err
}

// end is the body of a recordEnd and a recordUndo.
type end struct {
	state State
	files uint64
}

func (v end) encode() []byte {
	e := encoder{}
	e.text(string(v.state))
	e.uint(v.files)
	return e.bytes
}

func decodeEnd(body []byte) (end, error) {
	d := decoder{bytes: body}
	v := end{state: State(d.text()), files: d.uint()}
	return v, d.err
}

// encoder appends numbers and texts.
type encoder struct{ bytes []byte }

func (e *encoder) byte(b byte)   { e.bytes = append(e.bytes, b) }
func (e *encoder) uint(n uint64) { e.bytes = binary.AppendUvarint(e.bytes, n) }
func (e *encoder) int(n int64)   { e.bytes = binary.AppendVarint(e.bytes, n) }
func (e *encoder) raw(b []byte)  { e.uint(uint64(len(b))); e.bytes = append(e.bytes, b...) }
func (e *encoder) text(s string) { e.uint(uint64(len(s))); e.bytes = append(e.bytes, s...) }

func (e *encoder) bool(b bool) {
	if b {
		e.byte(1)
	} else {
		e.byte(0)
	}
}

func (e *encoder) time(t time.Time) {
	e.bytes = binary.AppendVarint(e.bytes, t.Unix())
	e.uint(uint64(t.Nanosecond()))
}

// decoder reads what encoder wrote. After the first error all reads return zero values.
type decoder struct {
	bytes []byte
	err   error
}

func (d *decoder) fail() {
	if d.err == nil {
		d.err = fmt.Errorf("%w: a record ends too early", ErrCorrupt)
	}
	d.bytes = nil
}

func (d *decoder) byte() byte {
	if len(d.bytes) == 0 {
		d.fail()
		return 0
	}
	b := d.bytes[0]
	d.bytes = d.bytes[1:]
	return b
}

func (d *decoder) bool() bool { return d.byte() != 0 }

func (d *decoder) uint() uint64 {
	n, size := binary.Uvarint(d.bytes)
	if size <= 0 {
		d.fail()
		return 0
	}
	d.bytes = d.bytes[size:]
	return n
}

func (d *decoder) int() int64 {
	n, size := binary.Varint(d.bytes)
	if size <= 0 {
		d.fail()
		return 0
	}
	d.bytes = d.bytes[size:]
	return n
}

func (d *decoder) raw() []byte {
	n := d.uint()
	if n > uint64(len(d.bytes)) {
		d.fail()
		return nil
	}
	b := d.bytes[:n:n]
	d.bytes = d.bytes[n:]
	return b
}

func (d *decoder) text() string { return string(d.raw()) }

func (d *decoder) time() time.Time {
	seconds := d.int()
	return time.Unix(seconds, int64(d.uint()))
}

// State says how far a run has come.
type State string

// The states of a run.
const (
	Running      State = "running"       // at work just now
	Killed       State = "killed"        // it was killed; resume or undo it
	Interrupted  State = "interrupted"   // stopped by a signal or an error; resume or undo it
	Settled      State = "settled"       // killed or interrupted, and left at that by a later run
	Done         State = "done"          // all files are sorted
	Partial      State = "partial"       // some files could not be sorted
	Undoing      State = "undoing"       // an undo was killed
	Undone       State = "undone"        // all is as it was
	Damaged      State = "damaged"       // its journal cannot be read
	PartlyUndone State = "partly_undone" // all is as it was but for some files
)
