//go:build unix

package directory

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"time"
)

// Names of the files of a scope.
const (
	suffix       = ".lru" // of the scope's folder
	journalName  = "/journal"
	renewedName  = "/journal.new" // replaces the journal when complete
	valuesFolder = "/values"
	leasesFolder = "/leases"
)

// member names an output within its scope.
type member [16]byte

func (m member) name() string { return hex.EncodeToString(m[:]) }

// memberOf reads the name of a file.
func memberOf(name string) (m member, ok bool) {
	if len(name) != 2*len(m) {
		return m, false
	}
	_, err := hex.Decode(m[:], []byte(name))
	return m, err == nil
}

// folder is the folder of one scope.
type folder string

// folderOf returns the folder of a scope below path. Its name is a valid file name, whatever the scope is called.
func folderOf(path, scope string) folder {
	var b strings.Builder
	for _, c := range []byte(scope) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	name := b.String()
	if len(name) > 200 { // names end at 255 bytes
		sum := sha256.Sum256([]byte(scope))
		name = "%" + hex.EncodeToString(sum[:])
	}
	return folder(path + "/" + name + suffix)
}

func (f folder) journal() string       { return string(f) + journalName }
func (f folder) value(m member) string { return string(f) + valuesFolder + "/" + m.name() }
func (f folder) lease(m member) string { return string(f) + leasesFolder + "/" + m.name() }

// make makes the folder and those in it, readable by the user alone.
func (f folder) make() error {
	for _, path := range []string{string(f) + valuesFolder, string(f) + leasesFolder} {
		if err := os.MkdirAll(path, 0o700); err != nil {
			return err
		}
	}
	return nil
}

// open opens a file of the folder. One that may be created is created together with the folders above it; a process
// that clears the scope at this moment removes them again.
func (f folder) open(path string, flags int) (fd int, info syscall.Stat_t, err error) {
	for range 10 {
		fd, info, err = open(path, flags)
		if !os.IsNotExist(err) || flags&syscall.O_CREAT == 0 {
			break
		}
		if err := f.make(); err != nil && !os.IsNotExist(err) {
			return -1, info, err
		}
	}
	return fd, info, err
}

// open opens a file of the folder, as a plain descriptor: opening it by package os would start a poller, which a
// program that answers a hit never needs. A symbolic link in its place is not followed, and a pipe in its place does
// not block.
func open(path string, flags int) (fd int, info syscall.Stat_t, err error) {
	fd, err = retry(func() (int, error) {
		return syscall.Open(path, flags|syscall.O_CLOEXEC|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0o600)
	})
	if err != nil {
		return -1, info, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	if err = syscall.Fstat(fd, &info); err == nil && info.Mode&syscall.S_IFMT != syscall.S_IFREG {
		err = errors.New("it is not a regular file")
	}
	if err != nil {
		_ = syscall.Close(fd)
		return -1, info, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return fd, info, nil
}

// retry repeats a call that a signal has interrupted.
func retry(call func() (int, error)) (n int, err error) {
	for {
		if n, err = call(); err != syscall.EINTR {
			return n, err
		}
	}
}

// readAll reads a file from its start.
func readAll(fd int, size int64) ([]byte, error) {
	data := make([]byte, size)
	read := 0
	for read < len(data) {
		n, err := retry(func() (int, error) { return syscall.Pread(fd, data[read:], int64(read)) })
		if err != nil {
			return nil, err
		}
		if n == 0 {
			break // it has become shorter
		}
		read += n
	}
	return data[:read], nil
}

// writeAll writes all of data at the file's current position.
func writeAll(fd int, data []byte) error {
	for len(data) > 0 {
		n, err := retry(func() (int, error) { return syscall.Write(fd, data) })
		if err != nil {
			return err
		}
		data = data[n:]
	}
	return nil
}

// errBusy says that a lock, which is normally held for microseconds, could not be acquired: its holder makes no
// progress.
var errBusy = errors.New("another process holds the lock of the journal and does not release it (is it stopped?)")

// lock waits for the lock of a file, but not forever: its holder may have been stopped.
func lock(fd int) error {
	const most = 2 * time.Second
	wait, waited := 20*time.Microsecond, time.Duration(0)
	for {
		switch err := tryLock(fd); {
		case err != syscall.EWOULDBLOCK:
			return err
		case waited > most:
			return errBusy
		}
		time.Sleep(wait)
		waited += wait
		wait = min(wait*2, 5*time.Millisecond)
	}
}

func tryLock(fd int) error {
	_, err := retry(func() (int, error) { return 0, syscall.Flock(fd, syscall.LOCK_EX|syscall.LOCK_NB) })
	return err
}

// names reports whether path is still the name of an open file.
func names(path string, info syscall.Stat_t) bool {
	var now syscall.Stat_t
	return syscall.Lstat(path, &now) == nil && now.Dev == info.Dev && now.Ino == info.Ino
}

// same reports whether a file is the one that was seen before, and unchanged.
func same(a, b syscall.Stat_t) bool {
	return a.Dev == b.Dev && a.Ino == b.Ino && changedAt(a) == changedAt(b)
}
