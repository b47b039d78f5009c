// Package journal keeps DIR/.junksort: the lock, and a journal of each run, which says before each step what is about
// to be done. Whoever finds that a run was killed learns from it where every file may be.
package journal

import (
	"errors"
	"os"
	"sync"
	"time"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/order"
	"github.com/pythonweb/goweb/junksort/internal/tree"
	"github.com/pythonweb/goweb/junksort/wal"
)

// Writer records what a run is about to do. Its file is created when there is something to write.
type Writer struct {
	state   *Store
	Command string
	durable bool     // a record is on the disk before what it says is done
	Options []string // of the run, as who resumes it reads them

	mu      sync.Mutex
	writer  *wal.Writer
	Run     int
	secret  string // of the names of unfinished work
	paused  bool   // the file is closed, and the run may go on
	made    bool   // some folder was to be made
	folders uint32 // how many have a number
	moves   uint64
	pending encoder
}

// New returns the journal of a run that has not begun to write.
func New(s *Store, command string, durable bool, options []string) *Writer {
	return &Writer{state: s, Command: command, durable: durable, Options: options}
}

// Number returns the number of the run, 0 while nothing was written.
func (j *Writer) Number() int { return j.Run }

// Token returns the token in the names of the run's unfinished work.
func (j *Writer) Token() string { return j.secret }

// HasMade reports whether some folder was about to be created.
func (j *Writer) HasMade() bool { return j.made }

// open makes sure that the journal exists.
func (j *Writer) open() error {
	if j.writer != nil {
		return nil
	}
	run, w, err := j.state.create()
	if err != nil {
		return err
	}
	j.Run, j.writer = run, w
	if j.secret, err = tree.NewToken(j.state.dir, run); err != nil {
		return err
	}
	b := begin{
		run: run, command: j.Command, started: time.Now(), durable: j.durable, options: j.Options,
		token: j.secret,
	}
	return w.Append(recordBegin, b.encode())
}

// folder numbers f, and the folders above it first.
func (j *Writer) folder(f *tree.Folder) {
	if f.ID != 0 {
		return
	}
	var parent uint32
	if f.Parent != nil {
		j.folder(f.Parent)
		parent = f.Parent.ID
	}
	j.folders++
	f.ID = j.folders
	j.made = j.made || f.Made
	j.pending.folder(f.ID, parent, f)
	if f.Parent == nil {
		j.pending.volume(f.ID, f.Birth, f.Volume)
	}
}

// write writes the steps collected so far as one record.
func (j *Writer) write() error {
	if len(j.pending.bytes) == 0 {
		return nil
	}
	defer func() { j.pending.bytes = j.pending.bytes[:0] }()
	if err := j.open(); err != nil {
		return err
	}
	if err := j.writer.Append(recordSteps, j.pending.bytes); err != nil {
		return err
	}
	if j.durable {
		return j.writer.Sync()
	}
	return nil
}

// Intend journals the moves of b and numbers them.
func (j *Writer) Intend(b *order.Batch) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i := range b.Moves {
		j.intent(&b.Moves[i])
	}
	return j.write()
}

func (j *Writer) intent(m *order.Move) {
	j.folder(m.From)
	j.folder(m.To)
	m.Seq = j.moves
	j.moves++
	j.pending.move(m)
}

// IntendOne journals one more intent, which replaces the failed one of the same file.
func (j *Writer) IntendOne(m *order.Move) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.pending.fact(StepFailed, m.Seq, dirfd.Stat{})
	j.intent(m)
	return j.write()
}

// Fact journals what has become of the intent seq.
func (j *Writer) Fact(kind byte, seq uint64, s dirfd.Stat) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.pending.fact(kind, seq, s)
	return j.write()
}

// Looks journals the metadata that a copy could not keep of its original.
func (j *Writer) Looks(seq uint64, s dirfd.Stat, xattrs []byte) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.pending.looks(seq, s, xattrs)
	return j.write()
}

// SwitchToLinks journals that a crash may leave both names of a file from here on.
func (j *Writer) SwitchToLinks() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.pending.bare(stepByLink)
	return j.write()
}

// Planned journals that all intents of a renaming are written.
func (j *Writer) Planned() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.pending.bare(stepPlanned)
	return j.write()
}

// IntendRemovals journals that these folders are removed if they are empty.
func (j *Writer) IntendRemovals(list []*tree.Folder) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, f := range list {
		j.folder(f)
		j.pending.remove(f)
	}
	return j.write()
}

// Drop removes the journal of a run that has changed nothing, so that an undo does not come upon it.
func (j *Writer) Drop() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.writer == nil {
		return nil
	}
	err := errors.Join(j.writer.Close(), j.state.runs.Unlink(journalName(j.Run)))
	j.writer, j.Run = nil, 0
	return err
}

// End journals how the run ended. A run that wrote nothing has no journal, and none is made.
func (j *Writer) End(state State, files int) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.writer == nil {
		return nil
	}
	return errors.Join(j.note(recordEnd, end{state: state, files: uint64(files)}), j.writer.Close())
}

// Pause journals that the run is done for the time being, and closes the file.
func (j *Writer) Pause(state State, files int) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.writer == nil || j.paused {
		return nil
	}
	j.paused = true
	return errors.Join(j.note(recordEnd, end{state: state, files: uint64(files)}), j.writer.Close())
}

// GoOn opens the file of a paused run again. It reports false if another run has written to it or begun since: then a
// new run has to begin.
func (j *Writer) GoOn() (bool, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.paused {
		return true, nil
	}
	j.paused = false
	numbers, err := j.state.Numbers()
	if err != nil {
		return false, err
	}
	if len(numbers) > 0 && numbers[len(numbers)-1] == j.Run {
		file, err := j.state.journal(j.Run, os.O_RDWR)
		if err != nil {
			return false, err
		}
		if info, err := file.Stat(); err == nil && info.Size() == j.writer.Size() {
			j.writer.Reopen(file)
			return true, nil
		}
		file.Close()
	}
	j.writer, j.Run, j.folders, j.moves, j.secret = nil, 0, 0, 0, ""
	return false, nil
}

// note writes an end or undo record.
func (j *Writer) note(kind byte, e end) error {
	if err := j.writer.Append(kind, e.encode()); err != nil {
		return err
	}
	if j.durable {
		return j.writer.Sync()
	}
	return nil
}
