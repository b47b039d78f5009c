//go:build unix

package directory

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"
)

// journal is the open and locked journal of a scope. While it is locked, no other process changes anything in the
// folder.
type journal struct {
	folder folder
	fd     int
	size   int64 // when it was opened
}

// slack is by how many bytes a journal may exceed twice its shortest form before it is rewritten.
const slack = 256 << 10

// openExisting opens and locks the journal of a scope whose folder exists; otherwise the error is fs.ErrNotExist. While
// the first output is computed there is a lease and no journal yet.
func (f folder) openExisting() (*journal, error) {
	if _, err := os.Stat(string(f)); err != nil {
		return nil, err
	}
	return f.openJournal()
}

// openJournal opens and locks the journal.
func (f folder) openJournal() (*journal, error) {
	for {
		fd, info, err := f.open(f.journal(), syscall.O_RDWR|syscall.O_APPEND|syscall.O_CREAT)
		if err != nil {
			return nil, err
		}
		j := &journal{folder: f, fd: fd}
		err = lock(fd)
		if err == nil {
			err = syscall.Fstat(fd, &info)
		}
		if err != nil {
			j.close()
			return nil, &fs.PathError{Op: "lock", Path: f.journal(), Err: err}
		}
		if info.Nlink > 0 {
			j.size = info.Size
			return j, nil
		}
		j.close() // it was replaced meanwhile
	}
}

// close closes the journal, which releases its lock.
func (j *journal) close() { _ = syscall.Close(j.fd) }

// write adds records.
func (j *journal) write(records ...record) error {
	var b []byte
	for _, r := range records {
		b = r.append(b)
	}
	if err := writeAll(j.fd, b); err != nil {
		return &fs.PathError{Op: "write", Path: j.folder.journal(), Err: err}
	}
	j.size += int64(len(b))
	return nil
}

// read returns what the journal says.
func (j *journal) read() (*state, error) {
	data, err := readAll(j.fd, j.size)
	if err != nil {
		return nil, &fs.PathError{Op: "read", Path: j.folder.journal(), Err: err}
	}
	return replay(data), nil
}

// due reports whether the journal should be rewritten, because it is much longer than it need be.
func (j *journal) due() bool {
	if j.size < slack {
		return false
	}
	first, err := readAll(j.fd, int64(recordSize))
	if err != nil {
		return false
	}
	base, ok := recordIn(first)
	return !ok || base.kind != kindBase || j.size > 2*base.number+slack
}

// renew rewrites the journal to say s, and repairs what crashes have left: values that the journal does not know come
// first in the order, and the files of leases that nobody holds are removed.
func (j *journal) renew(s *state) error {
	if err := j.adopt(s); err != nil {
		return err
	}
	j.sweep()
	path := string(j.folder) + renewedName
	fd, _, err := open(path, syscall.O_WRONLY|syscall.O_CREAT|syscall.O_TRUNC)
	if err != nil {
		return err
	}
	err = writeAll(fd, s.journal())
	_ = syscall.Close(fd)
	if err != nil {
		_ = syscall.Unlink(path)
		return &fs.PathError{Op: "write", Path: path, Err: err}
	}
	return os.Rename(path, j.folder.journal())
}

// adopt makes s and the folder hold the same members.
func (j *journal) adopt(s *state) error {
	entries, err := os.ReadDir(string(j.folder) + valuesFolder)
	if err != nil {
		return err
	}
	type file struct {
		member member
		at     int64
	}
	var unknown []file
	there := make(map[member]bool, len(entries))
	for _, e := range entries {
		m, ok := memberOf(e.Name())
		if !ok {
			continue
		}
		there[m] = true
		if _, known := s.uses[m]; known {
			continue
		}
		if info, err := e.Info(); err == nil {
			unknown = append(unknown, file{m, info.ModTime().UnixNano()})
		}
	}
	for m := range s.uses {
		if !there[m] {
			delete(s.uses, m)
		}
	}
	slices.SortFunc(unknown, func(a, b file) int {
		if a.at != b.at {
			return int(max(-1, min(1, a.at-b.at)))
		}
		return strings.Compare(string(a.member[:]), string(b.member[:]))
	})
	for i, f := range unknown { // before all known ones, whose numbers begin with 1
		s.uses[f.member] = int64(i - len(unknown))
	}
	return nil
}

// sweep removes the files of leases that nobody holds.
func (j *journal) sweep() {
	entries, err := os.ReadDir(string(j.folder) + leasesFolder)
	if err != nil {
		return
	}
	for _, e := range entries {
		m, ok := memberOf(e.Name())
		if !ok {
			continue
		}
		if fd, _, err := open(j.folder.lease(m), syscall.O_RDONLY); err == nil {
			if tryLock(fd) == nil {
				_ = syscall.Unlink(j.folder.lease(m))
			}
			_ = syscall.Close(fd)
		}
	}
}

// evict removes what exceeds the capacity, the oldest first. The file is removed before the journal says so: a process
// that is killed in between leaves a member that is still the oldest, and is evicted next time.
func (j *journal) evict(s *state, capacity int64) error {
	for _, m := range s.oldest(max(0, len(s.uses)-int(capacity))) {
		if err := j.forget(m); err != nil {
			return err
		}
		delete(s.uses, m)
	}
	return nil
}

// forget removes a member.
func (j *journal) forget(m member) error {
	path := j.folder.value(m)
	if err := syscall.Unlink(path); err != nil && err != syscall.ENOENT {
		return &fs.PathError{Op: "remove", Path: path, Err: err}
	}
	return j.write(record{kind: kindForget, member: m})
}
