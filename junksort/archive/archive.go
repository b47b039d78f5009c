// Package archive unpacks archives that may come from anybody: zip, tar (plain, gz, bz2, xz, zst) and 7z.
//
// Nothing is written outside the given directory: an entry whose path is absolute or has ".." refuses the whole
// archive, and entries are created relative to open directories, never through a symbolic link. Links are made where
// they lead to something inside; other links, devices and FIFOs are named in a LeftError. Permissions lose
// set-user-ID, set-group-ID and sticky bits. Size, ratio and number of entries are bounded.
package archive

import (
	"archive/tar"
	"archive/zip"
	"compress/bzip2"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/bodgit/sevenzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// ErrUnsafe reports an archive that wants to do harm: to escape, or to fill the disk.
var ErrUnsafe = errors.New("the archive is unsafe")

// ErrPassword reports an archive that can be read only with a password.
var ErrPassword = errors.New("a password is needed")

// Limits bound what one archive may become.
type Limits struct {
	Size  int64 // bytes, all files together
	Count int   // entries
	Ratio int64 // bytes for each byte of the archive, once there are Free bytes
	Free  int64
	// Encoding is how names of a zip that do not say so are written: cp437, cp866, cp1251 or utf-8; empty to find out.
	Encoding string
}

// LeftError reports entries that did not come out of an archive; all others did.
type LeftError struct{ Entries []string }

func (e *LeftError) Error() string {
	const shown = 5
	text := strings.Join(e.Entries[:min(shown, len(e.Entries))], "; ")
	if more := len(e.Entries) - shown; more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}

// DefaultLimits are 8 GiB, 100,000 entries, and a ratio of 100 past 16 MiB.
func DefaultLimits() Limits { return Limits{Size: 8 << 30, Count: 100_000, Ratio: 100, Free: 16 << 20} }

// Stem returns the name of an archive without its extension, and false for what is no archive that Unpack knows.
func Stem(name string) (string, bool) {
	lower := strings.ToLower(name)
	for _, ending := range []string{
		".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz", ".tar.xz", ".txz", ".tar.zst", ".tzst", ".tar", ".zip", ".7z",
	} {
		if strings.HasSuffix(lower, ending) && len(name) > len(ending) {
			return name[:len(name)-len(ending)], true
		}
	}
	return "", false
}

// Unpack unpacks file, whose name tells its format, into the empty directory into. After an error into may hold a
// part; after a LeftError it holds all but what that names.
func Unpack(ctx context.Context, file *os.File, name string, into dirfd.FD, limits Limits) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	u := &unpacker{ctx: ctx, into: into, limits: limits, packed: info.Size()}
	lower := strings.ToLower(name)
	switch {
	case strings.HasSuffix(lower, ".zip"):
		err = u.zip(file, info.Size())
	case strings.HasSuffix(lower, ".7z"):
		err = u.sevenZip(file, info.Size())
	default:
		var r io.Reader
		if r, err = decompress(file, lower); err == nil {
			err = u.tar(r)
		}
	}
	if err == nil {
		err = u.links()
	}
	var locked *sevenzip.ReadError
	switch {
	case errors.As(err, &locked) && locked.Encrypted:
		return ErrPassword
	case err != nil || len(u.left) == 0:
		return err
	case len(u.left) < u.count:
		return &LeftError{Entries: u.left}
	case u.locked:
		return ErrPassword
	}
	return fmt.Errorf("nothing came out of it: %w", &LeftError{Entries: u.left})
}

func decompress(file io.Reader, lower string) (io.Reader, error) {
	switch {
	case strings.HasSuffix(lower, "gz"):
		return gzip.NewReader(file)
	case strings.HasSuffix(lower, "bz2"), strings.HasSuffix(lower, "tbz"):
		return bzip2.NewReader(file), nil
	case strings.HasSuffix(lower, "xz"):
		return xz.ReaderConfig{DictCap: 64 << 20}.NewReader(file)
	case strings.HasSuffix(lower, "zst"):
		d, err := zstd.NewReader(file, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(256<<20))
		if err != nil {
			return nil, err
		}
		return d, nil
	}
	return file, nil
}

// unpacker unpacks one archive.
type unpacker struct {
	ctx     context.Context // of the one call to Unpack that it lives in
	into    dirfd.FD
	limits  Limits
	packed  int64
	written int64
	count   int
	locked  bool     // an entry needs a password
	left    []string // entries that did not come out, each with the reason
	later   []link   // links, which are made when what they lead to may be there
}

func (u *unpacker) zip(file io.ReaderAt, size int64) error {
	r, err := zip.NewReader(file, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return err
	}
	if len(r.File) > u.limits.Count {
		return fmt.Errorf("%w: more than %d entries", ErrUnsafe, u.limits.Count)
	}
	r.RegisterDecompressor(methodBzip2, func(r io.Reader) io.ReadCloser { return io.NopCloser(bzip2.NewReader(r)) })
	names := zipNames(r.File, u.limits.Encoding)
	for i, f := range r.File {
		e := entry{name: names[i], mode: f.Mode(), modified: zipTime(f), size: int64(f.UncompressedSize64), open: f.Open}
		switch {
		case f.Flags&0x1 != 0:
			u.count, u.locked = u.count+1, true
			u.leave(e.name, "a password is needed")
			continue
		case !slices.Contains([]uint16{zip.Store, zip.Deflate, methodBzip2}, f.Method):
			u.count++
			u.leave(e.name, "not supported: "+methodName(f.Method))
			continue
		}
		if !e.mode.IsDir() && e.mode&fs.ModeSymlink == 0 && e.size > 0 {
			e.mode = e.mode.Perm() // what has content is a file: Info-ZIP says pipe of what came through one
		}
		if e.mode&fs.ModeSymlink != 0 {
			if e.link, err = readLink(f.Open); err != nil {
				return err
			}
		}
		if err := u.entry(e); err != nil {
			return err
		}
	}
	return nil
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

func (u *unpacker) sevenZip(file io.ReaderAt, size int64) error {
	r, err := sevenzip.NewReader(file, size)
	if err != nil {
		return err
	}
	for _, f := range r.File {
		e := entry{name: f.Name, mode: f.Mode(), modified: f.Modified, size: int64(f.UncompressedSize), open: f.Open}
		if e.mode&fs.ModeSymlink != 0 {
			if e.link, err = readLink(f.Open); err != nil {
				return err
			}
		}
		if err := u.entry(e); err != nil {
			return err
		}
	}
	return nil
}

func (u *unpacker) tar(r io.Reader) error {
	t := tar.NewReader(&counted{r: r, u: u})
	for {
		h, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			return err
		}
		open := func() (io.ReadCloser, error) { return io.NopCloser(t), nil }
		e := entry{
			name: h.Name, mode: h.FileInfo().Mode(), modified: h.ModTime, size: h.Size, open: open, link: h.Linkname,
			hard: h.Typeflag == tar.TypeLink, again: true,
		}
		if err := u.entry(e); err != nil {
			return err
		}
	}
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
		return fmt.Errorf("%w: it grows to more than %d times its size", ErrUnsafe, u.limits.Ratio)
	}
	return nil
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
		dir, err := u.folder(way)
		if err == nil {
			dir.Close()
		}
		return err
	case !e.mode.IsRegular():
		u.leave(e.name, "a device or a pipe")
		return nil
	}
	dir, err := u.folder(way[:len(way)-1])
	if err != nil {
		return err
	}
	defer dir.Close()
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
	return u.file(dir, name, e.mode, e.modified, content)
}

// leave notes what does not come out.
func (u *unpacker) leave(name, why string) {
	u.left = append(u.left, name+": "+why)
}

// components splits a path of an archive and refuses one that leads out.
func components(name string) ([]string, error) {
	if strings.HasPrefix(name, "/") || strings.ContainsRune(name, 0) {
		return nil, fmt.Errorf("%w: %q leads out of it", ErrUnsafe, name)
	}
	var way []string
	for _, part := range strings.Split(name, "/") {
		switch {
		case part == "" || part == ".":
		case part == "..":
			return nil, fmt.Errorf("%w: %q leads out of it", ErrUnsafe, name)
		case len(part) > 255:
			return nil, fmt.Errorf("%w: a name of %d bytes", ErrUnsafe, len(part))
		default:
			way = append(way, part)
		}
	}
	if len(way) > 256 {
		return nil, fmt.Errorf("%w: %d folders in each other", ErrUnsafe, len(way))
	}
	return way, nil
}

// folder opens a folder below into and makes what is missing of it.
func (u *unpacker) folder(way []string) (dirfd.FD, error) {
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
			return dirfd.None, fmt.Errorf("%w: %q is a file and a folder", ErrUnsafe, name)
		}
		at = next
	}
	return at, nil
}

func (u *unpacker) file(dir dirfd.FD, name string, mode fs.FileMode, modified time.Time, content io.Reader) error {
	target, err := dir.Create(name, uint32(mode.Perm())&0o755|0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%w: %q is in it twice", ErrUnsafe, name)
	}
	if err != nil {
		return err
	}
	defer target.Close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := content.Read(buffer)
		u.written += int64(n)
		if e := u.check(u.written); e != nil {
			return e
		}
		if _, e := target.Write(buffer[:n]); e != nil {
			return e
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	if !modified.IsZero() {
		if err := dirfd.SetTimesFD(int(target.Fd()), modified, modified); err != nil {
			return err
		}
	}
	return target.Close()
}
