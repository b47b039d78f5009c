package junksort

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/wal"
)

// journal writes down what a run is about to do. Its file is made when there is something to write.
type journal struct {
	state   *state
	command string
	options Options

	mu      sync.Mutex
	writer  *wal.Writer
	run     int
	token   string // of the names of unfinished work
	earlier int    // files that the run moved before it was resumed
	resumed bool
	made    bool   // some folder was to be made
	folders uint32 // how many have a number
	moves   uint64
	pending encoder
}

// open makes sure that the journal exists.
func (j *journal) open() error {
	if j.writer != nil {
		return nil
	}
	run, w, err := j.state.create()
	if err != nil {
		return err
	}
	j.run, j.writer = run, w
	if j.token, err = newToken(j.state.dir, run); err != nil {
		return err
	}
	b := begin{
		run: run, command: j.command, started: time.Now(), durable: j.options.Durable, options: j.options.fields(),
		token: j.token,
	}
	return w.Append(recordBegin, b.encode())
}

// folder numbers f, and the folders above it first.
func (j *journal) folder(f *folder) {
	if f.id != 0 {
		return
	}
	var parent uint32
	if f.parent != nil {
		j.folder(f.parent)
		parent = f.parent.id
	}
	j.folders++
	f.id = j.folders
	j.made = j.made || f.made
	j.pending.folder(f.id, parent, f)
	if f.parent == nil {
		j.pending.volume(f.id, f.birth, f.volume)
	}
}

// write writes the steps collected so far as one record.
func (j *journal) write() error {
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
	if j.options.Durable {
		return j.writer.Sync()
	}
	return nil
}

// intend writes the moves of b down and numbers them.
func (j *journal) intend(b *batch) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i := range b.moves {
		j.intent(&b.moves[i])
	}
	return j.write()
}

func (j *journal) intent(m *move) {
	j.folder(m.from)
	j.folder(m.to)
	m.seq = j.moves
	j.moves++
	j.pending.move(m)
}

// intendOne writes one more intent down, which replaces the failed one of the same file.
func (j *journal) intendOne(m *move) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.pending.fact(stepFailed, m.seq, dirfd.Stat{})
	j.intent(m)
	return j.write()
}

// fact writes down what has become of the intent seq.
func (j *journal) fact(kind byte, seq uint64, s dirfd.Stat) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.pending.fact(kind, seq, s)
	return j.write()
}

// looks writes down what a copy could not keep of its original.
func (j *journal) looks(seq uint64, s dirfd.Stat, xattrs []byte) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.pending.looks(seq, s, xattrs)
	return j.write()
}

// switchToLinks writes down that a crash may leave both names of a file from here on.
func (j *journal) switchToLinks() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.pending.byLink()
	return j.write()
}

// intendRemovals writes down that these folders are removed if they are empty.
func (j *journal) intendRemovals(list []*folder) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, f := range list {
		j.folder(f)
		j.pending.remove(f)
	}
	return j.write()
}

// drop removes the journal of a run that has changed nothing, so that an undo does not come upon it.
func (j *journal) drop() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.writer == nil {
		return nil
	}
	err := errors.Join(j.writer.Close(), j.state.runs.Unlink(journalName(j.run)))
	j.writer, j.run = nil, 0
	return err
}

// end writes down how the run ended. A run that wrote nothing has no journal, and none is made.
func (j *journal) end(state State, files int) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.writer == nil {
		return nil
	}
	return errors.Join(j.note(recordEnd, end{state: state, files: uint64(files)}), j.writer.Close())
}

// note writes an end or undo record.
func (j *journal) note(kind byte, e end) error {
	if err := j.writer.Append(kind, e.encode()); err != nil {
		return err
	}
	if j.options.Durable {
		return j.writer.Sync()
	}
	return nil
}

// openJournal opens the journal of a run to read it whole and to go on writing.
func (s *state) openJournal(run int) (*history, error) {
	file, err := s.journal(run, os.O_RDWR)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNothing
	}
	if err != nil {
		return nil, err
	}
	h := &history{file: file, journal: journal{state: s, run: run}}
	err = h.read()
	if err == nil {
		h.writer, err = h.reader.Writer(h.file)
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return h, nil
}

// readJournal reads the journal of a run whole, and nothing can be written to it.
func (s *state) readJournal(run int) (*history, error) {
	file, err := s.journal(run, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	h := &history{file: file, journal: journal{state: s, run: run}}
	if err := h.read(); err != nil {
		file.Close()
		return nil, err
	}
	return h, nil
}

// history is a journal that was read: its folders, the places of its records and what else recovery needs. The moves
// themselves stay in the file, because there may be millions.
type history struct {
	journal
	file       *os.File
	reader     *wal.Reader
	head       begin
	last       end
	places     []int64            // of the recordSteps
	byID       map[uint32]*folder // by number
	order      []recorded         // in the order of the journal
	byLink     bool
	copying    bool // some file was copied or unpacked
	removals   []removal
	failed     map[uint64]bool
	copied     map[uint64]identity
	returned   map[uint64]identity
	placed     map[uint64]identity // copies that were written under their final names
	unpackedAs map[uint64]dirfd.Stat
	unpackTo   map[uint64]string          // the name that the new folder got in the end
	entries    map[uint64][]unpackedEntry // what came out of an archive
	volumes    map[uint32]volume          // of the folders that are named by their paths
	bare       map[uint64]looks           // of originals, where their copies could not keep all of it
}

// recorded is a folder as it was before the run touched it.
type recorded struct {
	folder *folder
	stat   dirfd.Stat
}

// looks are what belongs to a file beside its content.
type looks struct {
	stat   dirfd.Stat
	xattrs []byte
}

// volume is what tells a folder that is named by its path from another one that is mounted or made there since.
type volume struct {
	birth  int64
	number uint64
}

// removal is the intent to remove a folder.
type removal struct {
	folder *folder
	xattrs []byte
}

func (h *history) read() error {
	info, err := h.file.Stat()
	if err != nil {
		return err
	}
	if h.reader, err = wal.NewReader(h.file, info.Size()); err != nil {
		return err
	}
	h.byID = map[uint32]*folder{}
	h.unpackedAs, h.unpackTo = map[uint64]dirfd.Stat{}, map[uint64]string{}
	h.failed, h.copied, h.returned = map[uint64]bool{}, map[uint64]identity{}, map[uint64]identity{}
	h.placed, h.entries, h.volumes = map[uint64]identity{}, map[uint64][]unpackedEntry{}, map[uint32]volume{}
	h.bare = map[uint64]looks{}
	for {
		record, err := h.reader.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		switch record.Kind {
		case recordBegin:
			h.head, err = decodeBegin(record.Body)
		case recordEnd, recordUndo:
			h.last, err = decodeEnd(record.Body)
		case recordSteps:
			h.places = append(h.places, record.At)
			err = eachStep(record.Body, h.learn)
		}
		if err != nil {
			return err
		}
	}
	if h.head.run == 0 { // killed before it wrote anything
		h.last.state = Done
	} else if h.options, err = optionsOf(h.head.options); err != nil {
		return err
	}
	h.command, h.token = h.head.command, h.head.token
	return nil
}

func (h *history) learn(s step) error {
	switch s.kind {
	case stepFolder:
		f := &folder{name: string(s.name), made: s.made, id: s.id}
		if s.parent != 0 {
			if f.parent = h.byID[s.parent]; f.parent == nil {
				return ErrCorrupt
			}
		}
		h.byID[s.id] = f
		h.folders = max(h.folders, s.id)
		h.order = append(h.order, recorded{folder: f, stat: s.stat})
	case stepMove, stepCopy, stepDropped:
		if h.byID[s.from] == nil || h.byID[s.to] == nil {
			return ErrCorrupt
		}
		h.moves = max(h.moves, s.seq+1)
		h.copying = h.copying || s.kind == stepCopy
	case stepRemove:
		f := h.byID[s.id]
		if f == nil {
			return ErrCorrupt
		}
		h.removals = append(h.removals, removal{folder: f, xattrs: append([]byte(nil), s.xattrs...)})
	case stepByLink:
		h.byLink = true
	case stepFailed:
		h.failed[s.seq] = true
	case stepCopied:
		h.copied[s.seq] = s.identity()
	case stepReturn:
		h.returned[s.seq] = s.identity()
	case stepPlaced:
		h.placed[s.seq] = s.identity()
	case stepVolume:
		h.volumes[s.id] = volume{birth: s.mark.birth, number: s.volume}
	case stepEntries:
		if s.first {
			h.entries[s.seq] = nil
		}
		h.entries[s.seq] = append(h.entries[s.seq], s.entries...)
	case stepLooks:
		h.bare[s.seq] = looks{stat: s.stat, xattrs: append([]byte(nil), s.xattrs...)}
	case stepUnpack:
		if h.byID[s.to] == nil {
			return ErrCorrupt
		}
		h.moves = max(h.moves, s.seq+1)
		h.copying = true
		h.unpackTo[s.seq] = string(s.newName)
	case stepWhole:
		h.unpackedAs[s.seq] = dirfd.Stat{Dev: s.dev, Ino: s.ino, Ctime: s.stat.Ctime}
	}
	return nil
}

// steps returns the steps of the recordSteps at place.
func (h *history) steps(place int64) ([]step, error) {
	h.reader.At(place)
	record, err := h.reader.Next()
	if err != nil {
		return nil, err
	}
	var list []step
	err = eachStep(record.Body, func(s step) error {
		list = append(list, s)
		return nil
	})
	return list, err
}
