//go:build unix

package directory

import (
	"io/fs"
	"os"
	"sync"
	"syscall"
	"time"
)

// silence is how long a process that computes an output counts as alive without a heartbeat: one that has died no
// longer has its lock, but one that was stopped still does.
const silence = 5 * time.Second

// lease is the right to compute an output: an open and locked file, into which the output is written.
type lease struct {
	folder folder
	member member
	fd     int
	info   syscall.Stat_t

	done  chan struct{} // closed to end the heartbeat
	beats sync.WaitGroup
}

// acquire takes the lease of a member. If another process has it, held describes its file.
func (f folder) acquire(m member) (l *lease, held syscall.Stat_t, err error) {
	path := f.lease(m)
	for {
		fd, info, err := f.open(path, syscall.O_RDWR|syscall.O_CREAT)
		if err != nil {
			return nil, held, err
		}
		err = tryLock(fd)
		switch {
		case err == syscall.EWOULDBLOCK:
			_ = syscall.Close(fd)
			return nil, info, nil
		case err == nil && !names(path, info): // it was removed, or became a value
			_ = syscall.Close(fd)
			continue
		case err == nil:
			err = syscall.Ftruncate(fd, 0)
		}
		if err != nil {
			_ = syscall.Close(fd)
			return nil, held, &fs.PathError{Op: "lock", Path: path, Err: err}
		}
		l := &lease{folder: f, member: m, fd: fd, info: info, done: make(chan struct{})}
		l.beats.Go(l.beat)
		return l, held, nil
	}
}

// beat is the heartbeat, which shows waiting processes that this one is alive.
func (l *lease) beat() {
	ticker := time.NewTicker(silence / 5)
	defer ticker.Stop()
	for {
		select {
		case <-l.done:
			return
		case <-ticker.C:
			now := syscall.NsecToTimeval(time.Now().UnixNano())
			_ = syscall.Futimes(l.fd, []syscall.Timeval{now, now})
		}
	}
}

// giveUp takes the lease from a process that makes no progress. What that one computes will not be stored.
func (f folder) giveUp(m member, held syscall.Stat_t) error {
	j, err := f.openJournal()
	if err != nil {
		return err
	}
	defer j.close()
	if names(f.lease(m), held) {
		return syscall.Unlink(f.lease(m))
	}
	return nil
}

// end closes the file, which releases its lock.
func (l *lease) end() {
	close(l.done)
	l.beats.Wait()
	_ = syscall.Close(l.fd)
}

// release ends the lease without an output.
func (l *lease) release() error {
	defer l.end()
	j, err := l.folder.openJournal()
	if err != nil {
		return err
	}
	defer j.close()
	return l.remove()
}

// remove removes the file, if it is still that of the lease. The journal is locked.
func (l *lease) remove() error {
	path := l.folder.lease(l.member)
	if !names(path, l.info) {
		return nil
	}
	if err := syscall.Unlink(path); err != nil {
		return &fs.PathError{Op: "remove", Path: path, Err: err}
	}
	return nil
}

// store ends the lease with an output, of which the folder holds at most capacity; -1 means any number. Nothing is
// stored if the lease was taken away meanwhile, because the output was invalidated or this process was taken for dead.
func (l *lease) store(sealed []byte, capacity int64) error {
	defer l.end()
	path, to := l.folder.lease(l.member), l.folder.value(l.member)
	written := writeAll(l.fd, sealed)
	j, err := l.folder.openJournal()
	if err != nil {
		return err
	}
	defer j.close()
	switch {
	case written != nil:
		_ = l.remove()
		return &fs.PathError{Op: "write", Path: path, Err: written}
	case !names(path, l.info):
		return nil
	}
	err = os.Rename(path, to)
	if os.IsNotExist(err) { // somebody has cleared the scope, and with it its folders
		if err = l.folder.make(); err == nil {
			err = os.Rename(path, to)
		}
	}
	if err != nil {
		_ = l.remove()
		return err
	}
	err = j.write(record{kind: kindUse, member: l.member}, record{kind: kindCapacity, number: capacity})
	if err != nil || capacity < 0 && !j.due() {
		return err
	}
	s, err := j.read()
	if err != nil {
		return err
	}
	if capacity >= 0 {
		if err := j.evict(s, capacity); err != nil {
			return err
		}
	}
	if !s.based || j.due() {
		return j.renew(s)
	}
	return nil
}
