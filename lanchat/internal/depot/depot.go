// Package depot stores the files that others send: whole and verified or not at all, under names that are safe, and
// never over another file. What has arrived of a file waits for the rest in a hidden folder, from one process to the
// next.
package depot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/pythonweb/goweb/console/atomicfile"
	"github.com/pythonweb/goweb/lanchat"
)

// Step is a step in the storing of a file, for tests that stop between two of them.
type Step string

// The steps, in their order.
const (
	StepWrite   Step = "write"   // a block of the content
	StepFlush   Step = "flush"   // the content, or the unpacked folder
	StepNote    Step = "note"    // where it will be
	StepPublish Step = "publish" // it gets its final name
	StepMessage Step = "message" // the inbox has its message
	StepClean   Step = "clean"   // what is not needed any more is removed
)

// Inbox knows the files that have arrived.
type Inbox interface {
	// File returns the message of a file, or nil.
	File(ctx context.Context, sender lanchat.Key, id lanchat.ID) (*lanchat.Message, error)
	// StoreFile makes the message of a file durable and numbers it.
	StoreFile(ctx context.Context, m *lanchat.Message) error
}

// Depot implements lanchat.Depot. Its fields are set before use.
type Depot struct {
	// Dir is where files are stored. It is created when the first one comes.
	Dir string
	// Inbox stores the messages of what has arrived.
	Inbox Inbox
	// Decide says whether a file is wanted: nil, or a *lanchat.RefusedError. It is not asked again for one that has
	// begun to arrive.
	Decide func(context.Context, lanchat.Offer) error
	// Taking, if set, is called when a file begins to arrive, and returns a function to be called when that has ended.
	Taking func() (ended func())
	// Hook, if set, wraps every step: it calls do, or fails instead.
	Hook func(step Step, do func() error) error
}

// Open implements lanchat.Depot.
func (d *Depot) Open(ctx context.Context, o lanchat.Offer) (lanchat.Deposit, error) {
	stored, err := d.Inbox.File(ctx, o.Sender, o.ID)
	if err != nil {
		return nil, err
	}
	p := &deposit{
		depot: d, offer: o, stored: stored, base: filepath.Join(d.incoming(), fmt.Sprintf("%.16s-%s", o.Sender.Pin(), o.ID)),
	}
	if stored != nil {
		return p, p.clean() // of what a killed process has left
	}
	if published, err := p.recover(ctx); published || err != nil {
		return p, err
	}
	if _, err := os.Stat(p.part()); errors.Is(err, fs.ErrNotExist) {
		if err := d.Decide(ctx, o); err != nil {
			return nil, err
		}
	}
	if err := atomicfile.MkdirAll(d.incoming(), 0o700); err != nil {
		return nil, err
	}
	p.file, err = os.OpenFile(p.part(), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err == nil && d.Taking != nil {
		p.ended = d.Taking()
	}
	return p, err
}

// incoming returns where incomplete files are kept: on the same file system as complete ones.
func (d *Depot) incoming() string { return filepath.Join(d.Dir, ".lanchat-incoming") }

// Sweep removes what has made no progress for a month.
func (d *Depot) Sweep(now time.Time) error {
	const forgotten = 30 * 24 * time.Hour
	entries, err := os.ReadDir(d.incoming())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		if info, gone := e.Info(); gone == nil && now.Sub(info.ModTime()) > forgotten {
			err = errors.Join(err, os.RemoveAll(filepath.Join(d.incoming(), e.Name())))
		}
	}
	return err
}

// step does a step, through the hook of a test if there is one.
func (d *Depot) step(s Step, do func() error) error {
	if d.Hook != nil {
		return d.Hook(s, do)
	}
	return do()
}

// notePath is written down before a file gets its name, so that a process that comes after a kill knows whose the name
// is.
type note struct {
	Path   string `json:"path"`
	SHA256 []byte `json:"sha256"`
}

// deposit is one file that is being received.
type deposit struct {
	depot  *Depot
	offer  lanchat.Offer
	stored *lanchat.Message
	base   string // of the names of its files
	file   *os.File
	ended  func() // called when the file has stopped arriving; may be nil
}

func (p *deposit) part() string     { return p.base + ".part" }
func (p *deposit) notePath() string { return p.base + ".note" }

// staged returns the path of what gets the final name.
func (p *deposit) staged() string {
	if p.offer.Folder {
		return p.base + ".folder"
	}
	return p.part()
}

// Stored implements lanchat.Deposit.
func (p *deposit) Stored() *lanchat.Message { return p.stored }

// Size implements lanchat.Deposit.
func (p *deposit) Size() int64 {
	info, err := p.file.Stat()
	if err != nil {
		return 0
	}
	return info.Size()
}

// Begin implements lanchat.Deposit.
func (p *deposit) Begin() (io.Reader, error) {
	_, err := p.file.Seek(0, io.SeekStart)
	return p.file, err
}

// Restart implements lanchat.Deposit.
func (p *deposit) Restart() error { return p.file.Truncate(0) }

// Write implements lanchat.Deposit.
func (p *deposit) Write(b []byte) (n int, err error) {
	err = p.depot.step(StepWrite, func() error {
		n, err = p.file.Write(b)
		return err
	})
	return n, err
}

// Close implements lanchat.Deposit.
func (p *deposit) Close() error {
	var err error
	if p.file != nil {
		err = p.file.Close()
	}
	if p.ended != nil {
		p.ended()
	}
	_ = os.Remove(p.depot.incoming()) // fails if something else is being received
	return err
}

// Commit implements lanchat.Deposit.
func (p *deposit) Commit(ctx context.Context, sum [32]byte) (*lanchat.Message, error) {
	d := p.depot
	err := d.step(StepFlush, func() error {
		if p.offer.Folder {
			return unpack(p.part(), p.staged())
		}
		return p.file.Sync()
	})
	if err != nil {
		return nil, err
	}
	path, err := p.publish(sum)
	if err != nil {
		return nil, err
	}
	return p.message(ctx, path, sum)
}

// publish gives the file its name: the first free one.
func (p *deposit) publish(sum [32]byte) (string, error) {
	d := p.depot
	for n := 1; ; n++ {
		path := filepath.Join(d.Dir, numbered(SafeName(p.offer.Name), n))
		if _, err := os.Lstat(path); err == nil {
			continue
		}
		err := d.step(StepNote, func() error {
			return atomicfile.Write(p.notePath(), 0o600, func(w io.Writer) error {
				return json.NewEncoder(w).Encode(note{path, sum[:]})
			})
		})
		if err != nil {
			return "", err
		}
		err = d.step(StepPublish, func() error { return rename(p.staged(), path) })
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err == nil {
			err = errors.Join(atomicfile.SyncDir(d.Dir), atomicfile.SyncDir(d.incoming()))
		}
		return path, err
	}
}

// message stores the message of a file that has its name.
func (p *deposit) message(ctx context.Context, path string, sum [32]byte) (*lanchat.Message, error) {
	d, o := p.depot, p.offer
	m := &lanchat.Message{
		ID: o.ID, Body: []byte(filepath.Base(path)), Received: time.Now().Truncate(time.Microsecond), Remote: o.Remote,
		Sender: o.Sender,
		Proved: true, Name: o.Called, Sequence: o.Sequence, ReplyPort: o.ReplyPort,
		File: &lanchat.File{Path: path, Size: o.Size, SHA256: sum},
	}
	if err := d.step(StepMessage, func() error { return d.Inbox.StoreFile(ctx, m) }); err != nil {
		return nil, err
	}
	p.stored = m
	return m, d.step(StepClean, p.clean)
}

// clean removes what is not needed any more of a file that has its name and its message.
func (p *deposit) clean() error {
	var err error
	for _, path := range []string{p.part(), p.notePath()} {
		if e := os.Remove(path); !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// recover finishes what a killed process had begun, if the file already has its name: the note is there, but what was
// to be renamed is not.
func (p *deposit) recover(ctx context.Context) (published bool, err error) {
	text, err := os.ReadFile(p.notePath())
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	var n note
	if err == nil {
		err = json.Unmarshal(text, &n)
	}
	if err != nil || len(n.SHA256) != 32 {
		return false, errors.Join(err, os.Remove(p.notePath()))
	}
	if _, err := os.Lstat(p.staged()); !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	if _, err := os.Lstat(n.Path); err != nil {
		return false, os.Remove(p.notePath()) // the user has removed or moved it: it may come again
	}
	_, err = p.message(ctx, n.Path, [32]byte(n.SHA256))
	return err == nil, err
}
