//go:build unix

package directory

import (
	"os"
	"syscall"
)

// value is the file of an output as it was read.
type value struct {
	sealed []byte
	info   syscall.Stat_t
}

// load reads the output of a member and makes it the most recently used one, unless it is the file that was seen and
// rejected; nil if there is none. A read-only folder is only read.
func (f folder) load(m member, seen syscall.Stat_t) (*value, error) {
	if changed, err := f.changed(m, seen); !changed {
		return nil, err
	}
	j, err := f.openJournal()
	if err != nil {
		j = nil
	}
	fd, info, err := open(f.value(m), syscall.O_RDONLY)
	if j != nil {
		if err == nil {
			_ = j.write(record{kind: kindUse, member: m}) // on a full disk the order of use is not updated
		}
		j.close()
	}
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = syscall.Close(fd) }()
	data, err := readAll(fd, info.Size)
	return &value{data, info}, err
}

// changed reports whether a member has an output other than the one in the file that was seen.
func (f folder) changed(m member, seen syscall.Stat_t) (bool, error) {
	var now syscall.Stat_t
	switch err := syscall.Lstat(f.value(m), &now); err {
	case nil:
		return !same(now, seen), nil
	case syscall.ENOENT:
		return false, nil
	default:
		return false, &os.PathError{Op: "look at", Path: f.value(m), Err: err}
	}
}

// peek reads the output of a member without counting as a use; nil if there is none.
func (f folder) peek(m member) ([]byte, error) {
	fd, info, err := open(f.value(m), syscall.O_RDONLY)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = syscall.Close(fd) }()
	return readAll(fd, info.Size)
}

// count adds to the statistics, and keeps the journal short.
func (f folder) count(hits, misses int64) error {
	j, err := f.openJournal()
	if err != nil {
		return err
	}
	defer j.close()
	var records []record
	if hits != 0 {
		records = append(records, record{kind: kindHits, number: hits})
	}
	if misses != 0 {
		records = append(records, record{kind: kindMisses, number: misses})
	}
	if err := j.write(records...); err != nil || !j.due() {
		return err
	}
	s, err := j.read()
	if err != nil {
		return err
	}
	return j.renew(s)
}

// read returns what the journal says; for a missing folder, that nothing has happened.
func (f folder) read() (*state, error) {
	fd, info, err := open(f.journal(), syscall.O_RDONLY)
	if os.IsNotExist(err) {
		return replay(nil), nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = syscall.Close(fd) }()
	data, err := readAll(fd, info.Size)
	return replay(data), err
}

// forget forgets a member, even one that is being computed, and reports whether there was something to forget.
func (f folder) forget(m member) (found bool, err error) {
	j, err := f.openExisting()
	if os.IsNotExist(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer j.close()
	if err := syscall.Unlink(f.lease(m)); err != nil && err != syscall.ENOENT {
		return false, &os.PathError{Op: "remove", Path: f.lease(m), Err: err}
	}
	found = syscall.Access(f.value(m), 0) == nil
	return found, j.forget(m)
}

// clear forgets everything, and removes the folder of the scope if nobody has put anything else there.
func (f folder) clear() error {
	j, err := f.openExisting()
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	defer j.close()
	for _, folder := range []string{leasesFolder, valuesFolder} {
		entries, err := os.ReadDir(string(f) + folder)
		if err != nil && !os.IsNotExist(err) {
			return err
		}
		for _, e := range entries {
			if _, ok := memberOf(e.Name()); ok {
				if err := f.remove(folder + "/" + e.Name()); err != nil {
					return err
				}
			}
		}
		_ = syscall.Rmdir(string(f) + folder)
	}
	for _, name := range []string{lostName, renewedName, journalName} {
		if err := f.remove(name); err != nil {
			return err
		}
	}
	_ = syscall.Rmdir(string(f))
	return nil
}

// remove removes a file of the folder, if it exists.
func (f folder) remove(name string) error {
	if err := syscall.Unlink(string(f) + name); err != nil && err != syscall.ENOENT {
		return &os.PathError{Op: "remove", Path: string(f) + name, Err: err}
	}
	return nil
}
