package archive

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/junksort/dirfd"
)

// A content of many pieces, with holes at their borders and at the end, is written as it is, and what cannot be written
// ends the unpacking with that reason, not with a file that is only a part.
func TestSink(t *testing.T) {
	defer goleak.VerifyNone(t)
	content := bytes.Repeat([]byte("0123456789abcdef"), 6*sinkPiece/16)
	clear(content[sinkPiece-hole : sinkPiece+3*hole])
	content = append(content, make([]byte, 2*hole+5)...)
	dir := t.TempDir()
	into, err := dirfd.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer into.Close()
	u := &unpacker{ctx: t.Context(), into: into, limits: DefaultLimits()}
	err = u.sinking(func() error { return u.file(into, "a", entry{mode: 0o600}, bytes.NewReader(content)) })
	if got, e := os.ReadFile(filepath.Join(dir, "a")); err != nil || e != nil || !bytes.Equal(got, content) {
		t.Errorf("%d bytes, want %d: %v, %v", len(got), len(content), err, e)
	}
	full, err := os.OpenFile(consoletest.Device(t, unix.S_IFCHR, 1, 7), os.O_WRONLY, 0) // as /dev/full
	if err != nil {
		t.Fatal(err)
	}
	err = u.sinking(func() error {
		to := &output{sparseWriter: sparseWriter{file: full}}
		for {
			p := piece{to: to}
			if p.content, err = u.sink.piece(); err != nil {
				p.broken = true
				u.sink.pieces <- p
				return io.ErrUnexpectedEOF // what unpacking says of it
			}
			copy(p.content, content)
			u.sink.pieces <- p
		}
	})
	if !errors.Is(err, unix.ENOSPC) {
		t.Errorf("a full disk: %v", err)
	}
}
