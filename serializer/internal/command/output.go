package command

import (
	"errors"
	"io"
	"os"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/atomicfile"
	"github.com/pythonweb/goweb/serializer"
)

// An output takes a document and shows nothing of it before it is complete, or of a sequence's value before that is.
type output interface {
	io.Writer
	// reset drops what was written.
	reset() error
	// commit shows it.
	commit() error
	io.Closer
}

// openOutput opens a file that replaces the one at path, or stdout for -.
func openOutput(t *console.Terminal, path string, format serializer.Format) (output, error) {
	if path == "-" {
		if format.Sequence() {
			return &sequence{out: t.Out}, nil
		}
		return newSpool(t.Out), nil
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, console.Errorf(console.Failed, "name a file in it", "cannot write %s: it is a directory", shown(path))
	}
	f, err := atomicfile.Create(path, newFile())
	if err != nil {
		return nil, console.Errorf(console.Failed, "check the path", "cannot write %s: %w", shown(path), err)
	}
	if f.Special() {
		return &device{newSpool(f), f}, nil
	}
	return atomic{f}, nil
}

// A device is an output into which is written only when the document is complete: it takes nothing back.
type device struct {
	spool
	into *atomicfile.File
}

func (d *device) commit() error {
	if err := d.spool.commit(); err != nil {
		return err
	}
	return d.into.Commit()
}

func (d *device) Close() error { return errors.Join(d.spool.Close(), d.into.Close()) }

type atomic struct{ *atomicfile.File }

func (a atomic) reset() error  { return restart(a.File.File) }
func (a atomic) commit() error { return a.Commit() }

func restart(f *os.File) error {
	_, err := f.Seek(0, io.SeekStart)
	return errors.Join(err, f.Truncate(0))
}

// A spool keeps what is meant for stdout until all of it is there.
type spool struct {
	*spill
	out io.Writer
}

func newSpool(out io.Writer) spool { return spool{newSpill("what is written to stdout"), out} }

func (s spool) commit() error {
	if err := s.rewind(); err != nil {
		return err
	}
	_, err := io.Copy(s.out, struct{ io.Reader }{s.spill})
	return err
}
