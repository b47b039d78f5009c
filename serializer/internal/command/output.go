package command

import (
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/atomicfile"
	"github.com/pythonweb/goweb/serializer"
	"github.com/pythonweb/goweb/serializer/internal/spill"
	"github.com/pythonweb/goweb/serializer/internal/umask"
)

// An output takes a document and shows nothing of it until it is complete; a sequence is shown value by value.
type output interface {
	io.Writer
	// reset discards what was written.
	reset() error
	// commit shows what was written.
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
	f, err := atomicfile.Create(path, umask.NewFile())
	if err != nil {
		return nil, console.Errorf(console.Failed, "check the path", "cannot write %s: %w", shown(path), err)
	}
	if f.Special() {
		return &device{newSpool(f), f, shown(path)}, nil
	}
	return atomic{f, shown(path)}, nil
}

// A writeError says that the output could not be written, as opposed to the input not being readable.
type writeError struct {
	name string
	err  error
}

func (e *writeError) Error() string {
	err := e.err
	if path := new(fs.PathError); errors.As(err, &path) {
		err = path.Err
	}
	return "cannot write " + e.name + ": " + err.Error()
}

func (e *writeError) Unwrap() error { return e.err }

// A device is an output that is written to only when the document is complete, since nothing can be taken back.
type device struct {
	spool
	into *atomicfile.File
	name string
}

func (d *device) commit() error {
	err := d.spool.commit()
	if err == nil {
		err = d.into.Commit()
	}
	if err != nil {
		return &writeError{d.name, err}
	}
	return nil
}

func (d *device) Close() error { return errors.Join(d.spool.Close(), d.into.Close()) }

type atomic struct {
	*atomicfile.File
	name string
}

func (a atomic) Write(p []byte) (int, error) {
	n, err := a.File.Write(p)
	if err != nil {
		err = &writeError{a.name, err}
	}
	return n, err
}

func (a atomic) reset() error { return restart(a.File.File) }

func (a atomic) commit() error {
	if err := a.Commit(); err != nil {
		return &writeError{a.name, err}
	}
	return nil
}

func restart(f *os.File) error {
	_, err := f.Seek(0, io.SeekStart)
	return errors.Join(err, f.Truncate(0))
}

// A spool keeps output for stdout until all of it is there.
type spool struct {
	*spill.File
	out io.Writer
}

func newSpool(out io.Writer) spool { return spool{spill.New("the output"), out} }

func (s spool) reset() error { return s.Reset() }

func (s spool) commit() error {
	if err := s.Rewind(); err != nil {
		return err
	}
	_, err := io.Copy(s.out, struct{ io.Reader }{s.File})
	return err
}
