// Package trash puts files into the trash of desktops (FreeDesktop.org Trash specification 1.0): files/NAME holds a
// file, and info/NAME.trashinfo, its note, says where it was. The note is written first and claims the name.
package trash

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// The two folders of a trash.

const (
	files      = "files"
	notes      = "info"
	infoEnding = ".trashinfo"
)

// For returns the folder for files of the trash that is on the disk of the folder dir: the one of the user's home,
// or one at the top of the disk.
func For(dir string, device uint64) (*tree.Folder, error) {
	base, err := dataHome()
	if err == nil {
		above := base
		for {
			fd, err := dirfd.Open(above)
			if err == nil {
				stat, err := fd.Stat()
				fd.Close()
				if err == nil && stat.Dev == device {
					return below(above, append(between(above, base), "Trash")), nil
				}
				break
			}
			if above == "/" || !errors.Is(err, fs.ErrNotExist) {
				break
			}
			above = filepath.Dir(above)
		}
	}
	real, err := tree.RealPath(dir)
	if err != nil {
		return nil, err
	}
	top := topOf(real, device)
	if top == "/" || top == real {
		return nil, errors.New("neither the home folder nor a folder above is on its disk")
	}
	return below(top, []string{".Trash-" + strconv.Itoa(os.Getuid())}), nil
}

// dataHome is where programs keep the user's data.
func dataHome() (string, error) {
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Clean(dir), nil
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".local", "share"), err
}

// between returns the names of the folders on the path from above down to below.
func between(above, below string) []string {
	rest, err := filepath.Rel(above, below)
	if err != nil || rest == "." {
		return nil
	}
	return strings.Split(rest, "/")
}

// topOf returns the highest folder above path that is on the same device.
func topOf(path string, device uint64) string {
	for path != "/" {
		fd, err := dirfd.Open(filepath.Dir(path))
		if err != nil {
			return path
		}
		s, err := fd.Stat()
		fd.Close()
		if err != nil || s.Dev != device {
			return path
		}
		path = filepath.Dir(path)
	}
	return path
}

func below(base string, names []string) *tree.Folder {
	f := &tree.Folder{Name: base}
	for _, name := range append(names, files) {
		f = &tree.Folder{Parent: f, Name: name, Secret: true}
	}
	f.Trash = true
	return f
}

// Note writes the note for a file that goes into the trash under a name; path is its present absolute path. Forget
// removes the note of a file that did not go.
func Note(h *tree.Handles, in *tree.Folder, name, path string) (forget func(), err error) {
	above, err := h.Acquire(in.Parent)
	if err != nil {
		return nil, err
	}
	defer h.Release(in.Parent)
	info, err := above.OpenOrMakeDir(notes)
	if err != nil {
		return nil, err
	}
	defer info.Close()
	// In the trash of a home the path is absolute, elsewhere below the top of the disk.
	if in.Parent.Name != "Trash" {
		if path, err = filepath.Rel(in.Parent.Parent.Name, path); err != nil {
			return nil, err
		}
	}
	file, err := info.Create(name+infoEnding, 0o600)
	if err != nil {
		return nil, err
	}
	forget = func() { Forget(h, in, name) }
	_, err = io.WriteString(file, infoText(path, time.Now()))
	if err = errors.Join(err, file.Close()); err != nil {
		forget()
	}
	return forget, err
}

// infoText returns the text of a note.
func infoText(path string, at time.Time) string {
	escaped := (&url.URL{Path: path}).EscapedPath()
	return fmt.Sprintf("[Trash Info]\nPath=%s\nDeletionDate=%s\n", escaped, at.Format("2006-01-02T15:04:05"))
}

// Forget removes the note of a file that is not, or no longer, in a trash.
func Forget(h *tree.Handles, in *tree.Folder, name string) {
	if in.Name != files || in.Parent == nil ||
		in.Parent.Name != "Trash" && !strings.HasPrefix(in.Parent.Name, ".Trash-") {
		return
	}
	above, err := h.Acquire(in.Parent)
	if err != nil {
		return
	}
	defer h.Release(in.Parent)
	info, err := above.OpenDir(notes)
	if err != nil {
		return
	}
	defer info.Close()
	_ = info.Unlink(name + infoEnding) // a note without its file means nothing
}
