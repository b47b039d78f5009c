package archive

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// link is a hard or symbolic link in an archive.
type link struct {
	way  []string
	to   string
	hard bool
}

// links makes the links of an archive after everything else, so that nothing is written through one.
func (u *unpacker) links() error {
	for _, l := range u.later {
		if err := u.ctx.Err(); err != nil {
			return err
		}
		name := strings.Join(l.way, "/")
		why, err := u.link(l, name)
		if err != nil {
			return err
		}
		if why != "" {
			u.leave(name, why)
		}
	}
	return nil
}

// link makes one link, or says why it is not made.
func (u *unpacker) link(l link, name string) (why string, err error) {
	outside := "a link that leads out of the archive"
	target := path.Clean(l.to)
	if !l.hard {
		target = path.Join(path.Dir(name), l.to)
	}
	if l.to == "" || path.IsAbs(l.to) || target == ".." || strings.HasPrefix(target, "../") {
		return outside, nil
	}
	if !l.hard && climbs(l.to) {
		return outside, nil
	}
	dir, err := u.openFolder(l.way[:len(l.way)-1])
	if err != nil {
		return "", err
	}
	defer dir.Close()
	last := l.way[len(l.way)-1]
	if !l.hard {
		err = unix.Symlinkat(l.to, int(dir), last)
	} else {
		way, e := components(target)
		if e != nil || len(way) == 0 {
			return outside, nil
		}
		from, e := u.openFolder(way[:len(way)-1])
		if e != nil {
			return "", e
		}
		defer from.Close()
		if s, e := from.Lstat(way[len(way)-1]); e != nil || s.Kind() != dirfd.Regular {
			return "a hard link to what is not in the archive", nil
		}
		err = from.Link(way[len(way)-1], dir, last)
	}
	if errors.Is(err, fs.ErrExist) {
		return "its name is taken by another entry", nil
	}
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.ENOSYS) {
		return "the file system does not support such links", nil
	}
	return "", err
}

// climbs reports whether a path goes up after it has gone down: by way of another link it may lead anywhere.
func climbs(target string) bool {
	down := false
	for _, part := range strings.Split(target, "/") {
		switch part {
		case "", ".":
		case "..":
			if down {
				return true
			}
		default:
			down = true
		}
	}
	return false
}
