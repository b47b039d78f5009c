package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/tree"
	"github.com/pythonweb/goweb/junksort/wal"
)

var (
	// ErrBusy reports that another run works on the same folder.
	ErrBusy = errors.New("another run is at work here")
	// ErrNothing reports that there is no run to undo or to resume.
	ErrNothing = errors.New("there is no such run")
	// ErrRemoved reports that the folder itself was removed while it was open.
	ErrRemoved = errors.New("the folder was removed")
	// ErrCorrupt reports a journal that is damaged in a way that no crash explains.
	ErrCorrupt = wal.ErrCorrupt
)

const (
	lockFile      = "lock"
	runsFolder    = "runs"
	journalSuffix = ".journal"
)

// Store is the folder DIR/.junksort: the lock and the journals.
type Store struct {
	dir  dirfd.FD // DIR
	Own  dirfd.FD // DIR/.junksort
	runs dirfd.FD // DIR/.junksort/runs
	lock *os.File
}

// Open opens DIR/.junksort and takes the lock. Without create, a folder that was never sorted is ErrNothing. The lock
// is the kernel's (flock), so that a dead process holds nothing.
func Open(dir dirfd.FD, create bool) (*Store, error) {
	s := &Store{dir: dir, Own: dirfd.None, runs: dirfd.None}
	err := s.open(true, create)
	if err == nil {
		err = s.takeLock()
	}
	if err == nil {
		_, err = settleBirth(dir, s.Own)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Read opens the journals only for reading, without the lock.
func Read(dir dirfd.FD) (*Store, error) {
	s := &Store{dir: dir, Own: dirfd.None, runs: dirfd.None}
	if err := s.open(false, false); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// ReadOnly returns the journals of an open DIR/.junksort, without the lock; it may be dirfd.None.
func ReadOnly(own dirfd.FD) *Store {
	s := &Store{dir: dirfd.None, Own: dirfd.None, runs: dirfd.None}
	if runs, err := own.OpenDir(runsFolder); err == nil {
		s.runs = runs
	}
	return s
}

// open opens the folders. Only a writer may complete one whose making was killed, or make one.
func (s *Store) open(write, create bool) (err error) {
	s.Own, err = s.dir.OpenDir(tree.StateFolder)
	if write && errors.Is(err, fs.ErrNotExist) {
		if err = bear(s.dir, create); err == nil || errors.Is(err, fs.ErrExist) {
			s.Own, err = s.dir.OpenDir(tree.StateFolder)
		}
		if create && errors.Is(err, fs.ErrNotExist) {
			return ErrRemoved
		}
	}
	if err != nil {
		return stateError(s.whose(err))
	}
	openRuns := s.Own.OpenDir
	if write {
		openRuns = s.Own.OpenOrMakeDir
	}
	if s.runs, err = openRuns(runsFolder); err != nil {
		return stateError(err)
	}
	return nil
}

// whose says to whom a folder belongs that may not be read, because each user's journals are that user's own.
func (s *Store) whose(err error) error {
	if !errors.Is(err, fs.ErrPermission) {
		return err
	}
	stat, e := s.dir.Lstat(tree.StateFolder)
	if e != nil || int(stat.UID) == os.Geteuid() {
		return err
	}
	name := strconv.Itoa(int(stat.UID))
	if u, e := user.LookupId(name); e == nil {
		name = u.Username
	}
	return fmt.Errorf("it belongs to %s, who has sorted here before: %w", name, err)
}

func stateError(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNothing
	}
	return fmt.Errorf("%s: %w", tree.StateFolder, err)
}

func (s *Store) takeLock() error {
	fd, err := unix.Openat(int(s.Own), lockFile, unix.O_RDWR|unix.O_CREAT|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return fmt.Errorf("%s/%s: %w", tree.StateFolder, lockFile, err)
	}
	s.lock = os.NewFile(uintptr(fd), lockFile)
	if err := unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB); err != nil {
		owner := make([]byte, 16)
		n, _ := s.lock.ReadAt(owner, 0)
		if pid, err := strconv.Atoi(strings.TrimSpace(string(owner[:n]))); err == nil {
			return fmt.Errorf("%w (process %d)", ErrBusy, pid)
		}
		return ErrBusy
	}
	if err := s.lock.Truncate(0); err != nil {
		return err
	}
	_, err = s.lock.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

// Close releases the lock.
func (s *Store) Close() {
	if s.lock != nil {
		_ = s.lock.Close()
	}
	s.runs.Close()
	s.Own.Close()
}

// Numbers returns the numbers of the runs that have a journal, the oldest first.
func (s *Store) Numbers() ([]int, error) {
	var list []int
	err := s.runs.Read(make([]byte, 64<<10), func(e dirfd.Entry) error {
		if name, ok := strings.CutSuffix(e.Name.String(), journalSuffix); ok {
			if n, err := strconv.Atoi(name); err == nil && n > 0 && strconv.Itoa(n) == name {
				list = append(list, n)
			}
		}
		return nil
	})
	slices.Sort(list)
	return list, err
}

func journalName(run int) string { return strconv.Itoa(run) + journalSuffix }

// Path returns the path of a journal below DIR.
func Path(run int) string { return path.Join(tree.StateFolder, runsFolder, journalName(run)) }

// create makes the journal of the next run.
func (s *Store) create() (int, *wal.Writer, error) {
	numbers, err := s.Numbers()
	if err != nil {
		return 0, nil, err
	}
	run := 1
	if len(numbers) > 0 {
		run = numbers[len(numbers)-1] + 1
	}
	file, err := s.runs.Create(journalName(run), 0o600)
	if err != nil {
		return 0, nil, err
	}
	w, err := wal.Create(file)
	if err != nil {
		file.Close()
		return 0, nil, err
	}
	return run, w, nil
}

// journal opens the journal of a run.
func (s *Store) journal(run int, flags int) (*os.File, error) {
	if flags == os.O_RDONLY {
		return s.runs.OpenRegular(journalName(run)) // without touching the access time
	}
	fd, err := unix.Openat(int(s.runs), journalName(run), flags|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), journalName(run)), nil
}
