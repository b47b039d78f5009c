package command

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/serializer"
	"github.com/pythonweb/goweb/serializer/internal/spill"
	"github.com/pythonweb/goweb/serializer/pickle"
)

// An input is a document that can be read from its start more than once.
type input struct {
	ctx     context.Context
	name    string
	format  serializer.Format
	size    int64       // in bytes; 0 when unknown
	file    *os.File    // nil for an input that is kept
	kept    *spill.File // what was read so far from stdin, a pipe or a device; nil for files
	stdin   io.Reader   // nil for files, and once stdin has ended
	many    bool        // several pickles are a list
	skipBad bool        // lines that are not JSON are skipped
	good    *goodLines  // does that; nil if no line is skipped
	pickle  pickle.Options
	rest    sync.Once // what follows a pickle is reported once
	passed  func(n int64)
	wait    func() error // called before more is read, which may take long
}

// openInput opens a file, or stdin for -. Pickles are read as the flag --encoding says, if the command has it.
func openInput(c *cli.Context, t *console.Terminal, from, path string) (*input, error) {
	in := &input{
		ctx: c.Context, name: shown(path), passed: func(int64) {}, wait: func() error { return nil },
	}
	in.pickle = pickle.Options{Encoding: c.String("encoding"), Rest: func(offset, size int64) {
		in.rest.Do(func() {
			t.Warnf("%s: left out the %s after the pickle, from offset %d on, as Python's pickle.load does",
				in.name, plural(int(size), "byte", "bytes"), offset)
		})
	}}
	if path == "-" && from == "" {
		in.keep(t.In)
		err := in.guess()
		return in, err
	}
	var err error
	if in.format, err = formatOf("--from", from, path, false); err != nil {
		return nil, err
	}
	if path == "-" {
		in.keep(t.In)
		return in, nil
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
		in.keep(in.file)
	default:
		in.size = info.Size()
	}
	if err != nil {
		return nil, explain(in.name, errors.Join(err, in.Close()))
	}
	return in, nil
}

// keep makes r the input, which is read once and kept.
func (in *input) keep(r io.Reader) { in.stdin, in.kept = r, spill.New("the input") }

// guess determines the format by the first bytes: text is JSON, and a pickle begins with its protocol.
func (in *input) guess() error {
	var first [2]byte
	n := 0
	for n < len(first) {
		got, err := in.Read(first[n:])
		if n += got; err != nil {
			break
		}
	}
	if err := in.rewind(); err != nil {
		return err
	}
	switch c := first[0]; {
	case n == 2 && c == 0x80 && first[1] >= 2 && first[1] <= 5:
		in.format = formatPickle
	case c == 0x1e:
		in.format = serializer.FormatJSONSequence
	case n == 0 || strings.IndexByte(" \t\r\n{[\"-tfn", c) >= 0 || c >= '0' && c <= '9',
		slices.Contains([]string{"\xef\xbb", "\xff\xfe", "\xfe\xff"}, string(first[:n])): // UTF marks, reported when read
		in.format = serializer.FormatJSON
	default:
		_, err := formatOf("--from", "", "-", false)
		return err
	}
	return nil
}

// Close closes the files.
func (in *input) Close() error {
	var err error
	if in.kept != nil {
		err = in.kept.Close()
	}
	if in.file != nil {
		err = errors.Join(err, in.file.Close())
	}
	return err
}

// rewind makes the next Read start at the beginning.
func (in *input) rewind() error {
	if in.kept != nil {
		return in.kept.Rewind()
	}
	_, err := in.file.Seek(0, io.SeekStart)
	return err
}

// Len returns the size of the input in bytes, 0 if it is unknown.
func (in *input) Len() int { return int(in.size) }

// Read reads the next bytes, and keeps those of stdin.
func (in *input) Read(p []byte) (int, error) {
	if err := in.ctx.Err(); err != nil {
		return 0, err
	}
	if err := in.wait(); err != nil {
		return 0, err
	}
	if in.kept == nil {
		n, err := in.file.Read(p)
		in.passed(int64(n))
		return n, err
	}
	n, err := in.kept.Read(p)
	if n == 0 && err == io.EOF {
		if n, err = in.stdin.Read(p); n > 0 {
			if _, kept := in.kept.Write(p[:n]); kept != nil {
				return 0, kept
			}
		}
	}
	in.passed(int64(n))
	return n, err
}

// passes calls pass with readers of the document until one is enough.
func (in *input) passes(
	o serializer.ReaderOptions,
	pass func(r serializer.Reader, hints *serializer.Hints) error,
) error {
	hints := serializer.NewHints()
	for {
		if err := in.rewind(); err != nil {
			return err
		}
		r, err := in.reader(hints, o)
		if err == nil {
			err = pass(r, hints)
		}
		if !errors.Is(err, serializer.ErrAgain) {
			return err
		}
	}
}
