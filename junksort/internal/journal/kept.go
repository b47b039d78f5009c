package journal

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/seam"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// Forget removes the duplicates first and then the journal, so that a kill in between leaves nothing that no journal
// mentions.
func (s *Store) Forget(n int, at seam.Func) (freed int64, err error) {
	names, err := s.dropped(n)
	if err == nil && len(names) > 0 {
		aside, err := s.Own.OpenDir(tree.DroppedFolder)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return freed, err
		}
		if err == nil {
			defer aside.Close()
			for _, name := range names {
				size, err := removeSized(aside, name)
				if err != nil {
					return freed, err
				}
				freed += size
				if err := at.Step("duplicate forgotten"); err != nil {
					return freed, err
				}
			}
		}
	}
	size, err := removeSized(s.runs, journalName(n))
	freed += size
	return freed, err
}

// removeSized removes a file and returns how many bytes that has freed.
func removeSized(d dirfd.FD, name string) (int64, error) {
	stat, err := d.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	if err := d.Unlink(name); err != nil || stat.Links > 1 {
		return 0, err
	}
	return stat.Size, nil
}

// dropped returns the names of the duplicates that a run has put aside.
func (s *Store) dropped(run int) ([]string, error) {
	h, err := s.ReadHistory(run)
	if err != nil {
		return nil, err
	}
	defer h.Close()
	var names []string
	for _, place := range h.Places {
		steps, err := h.Steps(place)
		if err != nil {
			return nil, err
		}
		for _, step := range steps {
			if step.Kind == StepDropped && !h.Failed[step.Seq] {
				names = append(names, string(step.NewName))
			}
		}
	}
	return names, nil
}

// Kept returns how many bytes a run keeps from being used: its journal and the duplicates that it has put aside.
func (s *Store) Kept(run int) (bytes int64) {
	if stat, err := s.runs.Lstat(journalName(run)); err == nil {
		bytes = stat.Size
	}
	aside, err := s.Own.OpenDir(tree.DroppedFolder)
	if err != nil {
		return bytes // nothing was ever put aside
	}
	defer aside.Close()
	names, _ := s.dropped(run) // unknown for a damaged journal
	for _, name := range names {
		if stat, err := aside.Lstat(name); err == nil {
			bytes += stat.Size
		}
	}
	return bytes
}

// sortedFile, in DIR/.junksort, has a line for each way in which runs that were forgotten have sorted the folder: what
// the user has made in its categories since is not junk, even when nothing else is left of those runs.
const sortedFile = "sorted"

// NoteSorted records that a run that is about to be forgotten has sorted the folder into a destination.
func (s *Store) NoteSorted(to, by string) error {
	fd, err := unix.Openat(int(s.Own), sortedFile,
		unix.O_WRONLY|unix.O_CREAT|unix.O_APPEND|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return err
	}
	file := os.NewFile(uintptr(fd), sortedFile)
	defer file.Close()
	_, err = fmt.Fprintf(file, "%q %q\n", to, by)
	return err
}

// Sorted calls visit for what NoteSorted has recorded in own, which is DIR/.junksort. What cannot be read is ignored.
func Sorted(own dirfd.FD, visit func(to, by string)) {
	file, err := own.OpenRegular(sortedFile)
	if err != nil {
		return
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var to, by string
		if n, err := fmt.Sscanf(lines.Text(), "%q %q", &to, &by); n == 2 && err == nil {
			visit(to, by)
		}
	}
}
