package depot

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/pythonweb/goweb/console/atomicfile"
)

// unpack unpacks an archive into the folder to, and flushes it. Nothing in the archive can lead out of the folder.
func unpack(archive, to string) error {
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	if err := os.Mkdir(to, 0o700); err != nil {
		return err
	}
	root, err := os.OpenRoot(to)
	if err != nil {
		return err
	}
	defer root.Close()
	file, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer file.Close()
	u := &unpacking{root: root}
	for r := tar.NewReader(file); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = u.entry(h, r)
		}
		if err != nil {
			return fmt.Errorf("unpack the folder: %w", err)
		}
	}
	return u.finish(to)
}

// unpacking is a folder that is being unpacked.
type unpacking struct {
	root    *os.Root
	folders []*tar.Header // whose modes and times are set last: a folder may be read-only
	links   []*tar.Header // made last: nothing is written through them
}

// entry makes one file or folder.
func (u *unpacking) entry(h *tar.Header, content io.Reader) error {
	h.Name = inside(h.Name)
	if h.Name == "." && h.Typeflag == tar.TypeDir {
		u.folders = append(u.folders, h)
		return nil
	}
	if !filepath.IsLocal(filepath.FromSlash(h.Name)) {
		return fmt.Errorf("%q leads out of the folder", h.Name)
	}
	switch h.Typeflag {
	case tar.TypeDir:
		u.folders = append(u.folders, h)
		return u.root.MkdirAll(h.Name, 0o700)
	case tar.TypeSymlink:
		u.links = append(u.links, h)
		return nil
	case tar.TypeReg:
		return u.file(h, content)
	default:
		return fmt.Errorf("%q is neither a file nor a folder", h.Name)
	}
}

// inside returns the name of an entry with harmless characters.
func inside(name string) string {
	parts := strings.Split(path.Clean(name), "/")
	for i, p := range parts {
		parts[i] = harmless(p)
	}
	return strings.Join(parts, "/")
}

func (u *unpacking) file(h *tar.Header, content io.Reader) error {
	if err := u.root.MkdirAll(path.Dir(h.Name), 0o700); err != nil {
		return err
	}
	f, err := u.root.OpenFile(h.Name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.CopyBuffer(struct{ io.Writer }{f}, content, make([]byte, 256<<10))
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return u.attributes(h)
}

// attributes sets the mode and time of an entry. It drops setuid, setgid and sticky bits.
func (u *unpacking) attributes(h *tar.Header) error {
	return errors.Join(u.root.Chmod(h.Name, fs.FileMode(h.Mode)&0o777), u.root.Chtimes(h.Name, time.Time{}, h.ModTime))
}

// finish makes the links, gives the folders their modes, the innermost first, and flushes them.
func (u *unpacking) finish(to string) error {
	for _, h := range u.links {
		target := filepath.FromSlash(path.Join(path.Dir(h.Name), h.Linkname))
		if path.IsAbs(h.Linkname) || !filepath.IsLocal(target) {
			return fmt.Errorf("the link %q leads out of the folder", h.Name)
		}
		if err := u.root.Symlink(filepath.FromSlash(h.Linkname), h.Name); err != nil {
			return err
		}
	}
	for i := len(u.folders) - 1; i >= 0; i-- {
		h := u.folders[i]
		if err := atomicfile.SyncDir(filepath.Join(to, filepath.FromSlash(h.Name))); err != nil {
			return err
		}
		if err := u.attributes(h); err != nil {
			return err
		}
	}
	return nil
}
