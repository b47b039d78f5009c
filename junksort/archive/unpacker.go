package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// unpacker unpacks one archive.
type unpacker struct {
	ctx      context.Context // of the one call to Unpack that it lives in
	into     dirfd.FD
	sink     *sink
	limits   Limits
	source   *os.File
	packed   int64
	eaten    int64 // of it, by a decompressor of the whole
	looked   int64 // bytes that had come out when repetitive was asked last
	written  int64
	apparent int64 // with holes
	count    int
	locked   bool     // an entry needs a password
	asked    bool     // the password was asked for
	secret   string   // the password
	left     []string // entries that did not come out, each with the reason
	within   struct { // where the last entry was unpacked
		dir  dirfd.FD
		way  []string
		open bool
	}
	later []link // links, which are made when what they lead to may be there
}

// readLink reads where a symbolic link of a zip or 7z leads.
func readLink(open func() (io.ReadCloser, error)) (string, error) {
	content, err := open()
	if err != nil {
		return "", err
	}
	defer content.Close()
	target, err := io.ReadAll(io.LimitReader(content, 4096))
	return string(target), err
}

// counted bounds what comes out of a decompressor, also where no entry is written.
type counted struct {
	r    io.Reader
	u    *unpacker
	read int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.read += int64(n)
	if e := c.u.check(c.read); e != nil {
		return n, e
	}
	return n, err
}

func (u *unpacker) check(size int64) error {
	if err := u.ctx.Err(); err != nil {
		return err
	}
	if size > u.limits.Size {
		return fmt.Errorf("%w: more than %d bytes", ErrUnsafe, u.limits.Size)
	}
	if size > u.limits.Free && size > u.limits.Ratio*u.packed {
		return u.swells()
	}
	if size > u.limits.Free && size > 2*u.looked && u.eaten > 0 && size > u.limits.Ratio*u.eaten {
		u.looked = size
		if u.repetitive() {
			return u.swells()
		}
	}
	return nil
}

func (u *unpacker) swells() error {
	return fmt.Errorf("%w: it grows to more than %d times its size", ErrUnsafe, u.limits.Ratio)
}

// entry is one thing in an archive.
type entry struct {
	name     string
	mode     fs.FileMode
	modified time.Time
	size     int64
	open     func() (io.ReadCloser, error)
	link     string // where a link leads
	hard     bool   // a second name of another entry
	again    bool   // the archive may hold it twice, and the last one counts
	sparse   bool   // the archive does not hold its holes
}

// entry unpacks one entry.
func (u *unpacker) entry(e entry) error {
	if u.count++; u.count > u.limits.Count {
		return fmt.Errorf("%w: more than %d entries", ErrUnsafe, u.limits.Count)
	}
	way, err := components(e.name)
	if err != nil || len(way) == 0 {
		return err
	}
	switch {
	case e.hard || e.mode&fs.ModeSymlink != 0:
		u.later = append(u.later, link{way: way, to: e.link, hard: e.hard})
		return nil
	case e.mode.IsDir():
		_, err := u.folder(way)
		return err
	case !e.mode.IsRegular():
		u.leave(e.name, "a device or a pipe")
		return nil
	}
	dir, err := u.folder(way[:len(way)-1])
	if err != nil {
		return err
	}
	content, err := e.open()
	if err != nil {
		return err
	}
	defer content.Close()
	name := way[len(way)-1]
	if e.again {
		if s, err := dir.Lstat(name); err == nil && s.Kind() == dirfd.Regular {
			if err := dir.Unlink(name); err != nil {
				return err
			}
		}
	}
	return u.file(dir, name, e, content)
}

// leave records what does not come out.
func (u *unpacker) leave(name, why string) {
	u.left = append(u.left, name+": "+why)
}

// components splits a path of an archive and refuses one that leads out.
func components(name string) ([]string, error) {
	if strings.HasPrefix(name, "/") || strings.ContainsRune(name, 0) {
		return nil, fmt.Errorf("%w: %q leads outside it", ErrUnsafe, name)
	}
	var way []string
	for _, part := range strings.Split(name, "/") {
		switch {
		case part == "" || part == ".":
		case part == "..":
			return nil, fmt.Errorf("%w: %q leads outside it", ErrUnsafe, name)
		case len(part) > 255:
			return nil, fmt.Errorf("%w: a name of %d bytes", ErrUnsafe, len(part))
		default:
			way = append(way, part)
		}
	}
	if len(way) > 256 {
		return nil, fmt.Errorf("%w: folders nested %d deep", ErrUnsafe, len(way))
	}
	return way, nil
}

// folder is openFolder for entries, most of which follow another one of the same folder. The unpacker closes it.
func (u *unpacker) folder(way []string) (dirfd.FD, error) {
	if u.within.open && slices.Equal(u.within.way, way) {
		return u.within.dir, nil
	}
	dir, err := u.openFolder(way)
	if err != nil {
		return dirfd.None, err
	}
	u.leaveFolder()
	u.within.dir, u.within.way, u.within.open = dir, way, true
	return dir, nil
}

// leaveFolder closes the folder that entries were unpacked into.
func (u *unpacker) leaveFolder() {
	if u.within.open {
		u.within.dir.Close()
		u.within.open = false
	}
}

// openFolder opens a folder below into and makes what is missing of it.
func (u *unpacker) openFolder(way []string) (dirfd.FD, error) {
	at, err := u.into.Dup()
	if err != nil {
		return dirfd.None, err
	}
	for _, name := range way {
		if err := at.Mkdir(name, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			at.Close()
			return dirfd.None, err
		}
		next, err := at.OpenDir(name)
		at.Close()
		if err != nil {
			return dirfd.None, fmt.Errorf("%w: %q is both a file and a folder", ErrUnsafe, name)
		}
		at = next
	}
	return at, nil
}

// file writes a file. Zeros become holes; they count less where the archive does not hold them either.
func (u *unpacker) file(dir dirfd.FD, name string, e entry, content io.Reader) error {
	target, err := dir.Create(name, uint32(e.mode.Perm())&0o755|0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%w: %q is in it twice", ErrUnsafe, name)
	}
	if err != nil {
		return err
	}
	to := &output{sparseWriter: sparseWriter{file: target}, modified: e.modified}
	for {
		p := piece{to: to}
		if p.content, err = u.sink.piece(); err == nil {
			var n int
			n, err = fill(content, p.content)
			p.content, p.last = p.content[:n], err == io.EOF
		}
		if err == nil || p.last {
			err = u.grow(e, p.content)
		}
		p.broken = err != nil
		u.sink.pieces <- p
		if p.last || p.broken {
			return err
		}
	}
}

// grow counts what is written of an entry, and bounds it.
func (u *unpacker) grow(e entry, p []byte) error {
	if u.apparent += int64(len(p)); u.apparent > u.limits.Size {
		return fmt.Errorf("%w: more than %d bytes", ErrUnsafe, u.limits.Size)
	}
	if e.sparse {
		u.written += weight(p)
	} else {
		u.written += int64(len(p))
	}
	return u.check(u.written)
}

// fill is io.ReadFull, except that the end is io.EOF even in the middle of p: only damage is an unexpected end to a
// decompressor.
func fill(r io.Reader, buffer []byte) (n int, err error) {
	for n < len(buffer) && err == nil {
		var m int
		m, err = r.Read(buffer[n:])
		n += m
	}
	return n, err
}

// password returns the password of the archive, and asks for it once.
func (u *unpacker) password() (string, bool) {
	if !u.asked {
		u.asked = true
		if u.limits.Password != nil {
			u.secret, _ = u.limits.Password()
		}
	}
	return u.secret, u.secret != ""
}

// needsPassword returns ErrPassword, and says if a password was given but is wrong.
func (u *unpacker) needsPassword() error {
	if u.asked && u.secret != "" {
		return fmt.Errorf("%w, and the one given is wrong", ErrPassword)
	}
	return ErrPassword
}

// announced refuses an archive by the size that it declares itself, before anything is written.
func (u *unpacker) announced(entries int, size int64) error {
	if entries > u.limits.Count {
		return fmt.Errorf("%w: more than %d entries", ErrUnsafe, u.limits.Count)
	}
	return u.check(size)
}
