package command

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/serializer"
)

// An input is a document that can be read from its start more than once.
type input struct {
	ctx    context.Context
	name   string
	format serializer.Format
	size   int64     // in bytes; 0 when unknown
	file   *os.File  // the document, or what was read of stdin so far
	stdin  io.Reader // nil for files, and once stdin has ended
	passed func(n int64)
	wait   func() error // called before more is read, which may take long
}

// openInput opens a file, or stdin for -.
func openInput(ctx context.Context, t *console.Terminal, from, path string) (*input, error) {
	format, err := formatOf("--from", from, path, false)
	if err != nil {
		return nil, err
	}
	in := &input{ctx: ctx, name: shown(path), format: format, passed: func(int64) {}, wait: func() error { return nil }}
	if path == "-" {
		in.stdin = t.In
		in.file, err = scratch()
		return in, err
	}
	if in.file, err = os.Open(path); err != nil {
		return nil, explain(in.name, err)
	}
	info, err := in.file.Stat()
	switch {
	case err != nil:
	case info.IsDir():
		err = errors.New("is a directory")
	case !info.Mode().IsRegular(): // a pipe or device is read once, like stdin
		in.stdin = in.file
		in.file, err = scratch()
	default:
		in.size = info.Size()
	}
	if err != nil {
		return nil, explain(in.name, errors.Join(err, in.Close()))
	}
	return in, nil
}

// scratch makes a file that is gone when it is closed.
func scratch() (*os.File, error) {
	f, err := os.CreateTemp("", "serializer-*")
	if err != nil {
		return nil, err
	}
	return f, os.Remove(f.Name())
}

// Close closes the files.
func (in *input) Close() error {
	err := in.file.Close()
	if f, ok := in.stdin.(*os.File); ok && f != os.Stdin {
		err = errors.Join(err, f.Close())
	}
	return err
}

// rewind makes the next Read the first.
func (in *input) rewind() error {
	_, err := in.file.Seek(0, io.SeekStart)
	return err
}

// Read gives the next bytes, and keeps those of stdin.
func (in *input) Read(p []byte) (int, error) {
	if err := in.ctx.Err(); err != nil {
		return 0, err
	}
	if err := in.wait(); err != nil {
		return 0, err
	}
	n, err := in.file.Read(p)
	if n == 0 && err == io.EOF && in.stdin != nil {
		if n, err = in.stdin.Read(p); n > 0 {
			if _, kept := in.file.Write(p[:n]); kept != nil {
				return 0, kept
			}
		}
	}
	in.passed(int64(n))
	return n, err
}

// passes calls pass with readers of the document until one is enough.
func (in *input) passes(o serializer.ReaderOptions, pass func(r serializer.Reader, hints *serializer.Hints) error) error {
	hints := serializer.NewHints()
	for {
		if err := in.rewind(); err != nil {
			return err
		}
		r, err := newReader(in.format, in, hints, o)
		if err == nil {
			err = pass(r, hints)
		}
		if !errors.Is(err, serializer.ErrAgain) {
			return err
		}
	}
}
