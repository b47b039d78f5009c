package carry

import (
	"errors"
	"io/fs"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/identity"
	"github.com/pythonweb/goweb/junksort/internal/seam"
)

// Targets are where a link points, and where it is to point.
type Targets struct{ Now, Then string }

// SwapLink makes a link point somewhere else. If something other than that link has its name by now, that stays.
func SwapLink(fd dirfd.FD, name, temporary string, t Targets, at seam.Func) error {
	old, err := fd.Lstat(name)
	if err != nil {
		return err
	}
	if err := fd.Symlink(t.Then, temporary); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	_ = fd.SetLinkLooks(temporary, old) // times and owner of a link matter to nobody else
	if err := at.Step("link made"); err != nil {
		return err
	}
	if err := fd.Exchange(temporary, name); err != nil {
		return errors.Join(err, fd.Unlink(temporary))
	}
	if err := at.Step("link exchanged"); err != nil {
		return err
	}
	if target, err := fd.Readlink(temporary); err != nil || target != t.Now {
		return errors.Join(identity.ErrChanged, fd.Exchange(temporary, name), fd.Unlink(temporary))
	}
	return fd.Unlink(temporary)
}
