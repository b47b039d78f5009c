package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// Making DIR/.junksort changes DIR's times, and the journal that could give them back lies in it. So the folder is
// created under a name that holds the times, gets a note with the times, and only then its own name; then the times of
// DIR are set back, and the note is removed. Whenever the process is killed, the next one finds the times in the name
// or in the note.

const (
	newborn = tree.StateFolder + "-new-"
	note    = "times-"
)

// bear makes DIR/.junksort or, without create, completes one whose creation was interrupted by a kill.
func bear(dir dirfd.FD, create bool) error {
	unfinished, err := find(dir, newborn)
	if err != nil {
		return err
	}
	if unfinished == "" {
		if !create {
			return fs.ErrNotExist
		}
		now, err := dir.Stat()
		if err != nil {
			return err
		}
		unfinished = newborn + timesText(now)
		if err := dir.Mkdir(unfinished, 0o700); err != nil {
			return err
		}
	}
	own, err := dir.OpenDir(unfinished)
	if err != nil {
		return err
	}
	defer own.Close()
	file, err := own.Create(note+strings.TrimPrefix(unfinished, newborn), 0o600)
	if err == nil {
		err = file.Close()
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return dir.RenameDir(unfinished, dir, tree.StateFolder)
}

// settleBirth gives DIR the times that a note in DIR/.junksort holds, and removes the note. It reports whether there
// was one.
func settleBirth(dir, own dirfd.FD) (bool, error) {
	name, err := find(own, note)
	if name == "" || err != nil {
		return false, err
	}
	access, modification, ok := parseTimes(strings.TrimPrefix(name, note))
	born, err := own.Lstat(name)
	if err != nil {
		return false, err
	}
	now, err := dir.Stat()
	if err != nil {
		return false, err
	}
	// If DIR changed much later, the user has worked in it since.
	if ok && now.Mtime.Sub(born.Mtime) < 5*time.Second {
		if err := dir.SetTimes(access, modification); err != nil && !errors.Is(err, fs.ErrPermission) {
			return false, err
		}
	}
	return true, own.Unlink(name)
}

// find returns the first entry of d whose name begins with prefix, or nothing.
func find(d dirfd.FD, prefix string) (string, error) {
	var found string
	err := d.Read(make([]byte, 64<<10), func(e dirfd.Entry) error {
		if name := e.Name.String(); found == "" && strings.HasPrefix(name, prefix) {
			found = name
		}
		return nil
	})
	return found, err
}

func timesText(s dirfd.Stat) string {
	return fmt.Sprintf("%d-%d", s.Atime.UnixNano(), s.Mtime.UnixNano())
}

func parseTimes(text string) (access, modification time.Time, ok bool) {
	var a, m int64
	n, err := fmt.Sscanf(text, "%d-%d", &a, &m)
	return time.Unix(0, a), time.Unix(0, m), n == 2 && err == nil
}
