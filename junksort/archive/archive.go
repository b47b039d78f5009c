// Package archive unpacks archives that may come from anybody: zip, tar (plain, gz, bz2, xz, zst), 7z and rar, and
// single compressed files.
//
// Nothing is written outside the given directory: an entry whose path is absolute or has ".." refuses the whole
// archive, and entries are created relative to open directories, never through a symbolic link. Links are made where
// they lead to something inside; other links, devices and FIFOs are named in a LeftError. Permissions lose
// set-user-ID, set-group-ID and sticky bits. Size, ratio and number of entries are bounded.
package archive

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/bodgit/sevenzip"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// ErrUnsafe reports an archive that would do harm: escape from the directory, or fill the disk.
var ErrUnsafe = errors.New("the archive is unsafe")

// ErrPassword reports an archive that can be read only with a password.
var ErrPassword = errors.New("a password is needed")

// Limits bound what may come out of one archive.
type Limits struct {
	Size  int64 // bytes, all files together
	Count int   // entries
	Ratio int64 // bytes for each byte of the archive, once there are Free bytes
	Free  int64
	// Encoding is that of names in a zip that do not declare one: cp437, cp866, cp1251 or utf-8; empty to detect it.
	Encoding string
	// Password returns the password of the archive and is called at most once; nil, or a result of false, means none.
	Password func() (string, bool)
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

// Stem returns the name of an archive without its extension, and false for a name that Unpack does not know.
func Stem(name string) (string, bool) {
	if !mayBePacked(name) {
		return "", false
	}
	lower := strings.ToLower(name)
	for _, ending := range []string{
		".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz", ".tar.xz", ".txz", ".tar.zst", ".tzst", ".tar", ".zip", ".7z",
		".rar",
	} {
		if strings.HasSuffix(lower, ending) && len(name) > len(ending) {
			return name[:len(name)-len(ending)], true
		}
	}
	return "", false
}

// mayBePacked rules most names out by their last letter, because it is asked about every file of a tree.
func mayBePacked(name string) bool {
	return name != "" && strings.IndexByte("prtz2PRTZ", name[len(name)-1]) >= 0
}

// Single returns the name of a single compressed file without the extension of its format, sales.csv for sales.csv.gz,
// and false for other names.
func Single(name string) (string, bool) {
	if _, archive := Stem(name); archive || !mayBePacked(name) {
		return "", false
	}
	lower := strings.ToLower(name)
	for _, ending := range []string{".gz", ".bz2", ".xz", ".zst"} {
		if strings.HasSuffix(lower, ending) && len(name) > len(ending) {
			return name[:len(name)-len(ending)], true
		}
	}
	return "", false
}

// UnpackSingle decompresses file, for whose name Single is true, into a new file that is called as in the directory
// into.
func UnpackSingle(ctx context.Context, file *os.File, name string, into dirfd.FD, as string, limits Limits) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	u := &unpacker{ctx: ctx, into: into, limits: limits, source: file, packed: info.Size()}
	r, err := u.decompress(file, strings.ToLower(name))
	if err != nil {
		return err
	}
	return u.sinking(func() error {
		return u.file(into, as, entry{name: as, mode: info.Mode().Perm(), modified: info.ModTime()}, r)
	})
}

// Unpack unpacks file, whose name tells its format, into the empty directory into. After an error into may hold a
// part; after a LeftError it holds all but what that names.
func Unpack(ctx context.Context, file *os.File, name string, into dirfd.FD, limits Limits) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	u := &unpacker{ctx: ctx, into: into, limits: limits, source: file, packed: info.Size()}
	err = u.sinking(func() error {
		switch lower := strings.ToLower(name); {
		case strings.HasSuffix(lower, ".zip"):
			return u.zip(file, info.Size())
		case strings.HasSuffix(lower, ".7z"):
			return u.sevenZip(file, info.Size())
		case strings.HasSuffix(lower, ".rar"):
			return u.rar(file)
		default:
			return u.tarOf(file, lower)
		}
	})
	if err == nil {
		err = u.links()
	}
	var locked *sevenzip.ReadError
	switch {
	case errors.As(err, &locked) && locked.Encrypted:
		return u.needsPassword()
	case err != nil || len(u.left) == 0:
		return err
	case len(u.left) < u.count:
		return &LeftError{Entries: u.left}
	case u.locked:
		return u.needsPassword()
	}
	return fmt.Errorf("nothing could be unpacked: %w", &LeftError{Entries: u.left})
}

// sinking runs a function that unpacks files, and waits until they are written.
func (u *unpacker) sinking(unpack func() error) error {
	u.sink = newSink()
	defer u.leaveFolder()
	err := unpack()
	return cmp.Or(u.sink.close(), err) // what could not be written is why unpacking has ended
}
