package archive

import (
	"errors"
	"io"
	"io/fs"

	"github.com/nwaples/rardecode/v2"
)

// dictionary bounds the memory that a rar may ask for, in bytes.
const dictionary = 256 << 20

// The kinds of links of rar 5.
const (
	rarSymlink     = 1
	rarHardLink    = 4
	rarCopyOfOther = 5
)

func (u *unpacker) rar(file io.ReadSeeker) error {
	r, err := u.openRar(file)
	if err != nil {
		return err
	}
	for {
		h, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return u.rarError(err)
		}
		if h.Encrypted && u.secret == "" {
			u.count, u.locked = u.count+1, true
			u.leave(h.Name, "a password is needed")
			continue
		}
		e := entry{
			name: h.Name, mode: h.Mode(), modified: h.ModificationTime, size: h.UnPackedSize, link: h.LinkTarget,
			open: func() (io.ReadCloser, error) { return io.NopCloser(r), nil },
		}
		switch {
		case h.LinkType == rarHardLink:
			e.hard = true
		case h.LinkType == rarCopyOfOther:
			u.count++
			u.leave(e.name, "not supported: a reference to another entry")
			continue
		case h.LinkType == rarSymlink:
			e.mode |= fs.ModeSymlink
		case e.mode&fs.ModeSymlink != 0 && e.link == "": // rar 4 holds it as content
			if e.link, err = readLink(e.open); err != nil {
				return u.rarError(err)
			}
		}
		if err := u.entry(e); err != nil {
			return u.rarError(err)
		}
	}
}

// openRar opens a rar, with its password if names or contents need one.
func (u *unpacker) openRar(file io.ReadSeeker) (*rardecode.Reader, error) {
	options := []rardecode.Option{rardecode.MaxDictionarySize(dictionary)}
	locked := false
	r, err := rardecode.NewReader(file, options...)
	if err == nil {
		h, e := r.Next()
		locked, err = e == nil && h.Encrypted, e
	}
	if locked || errors.Is(err, rardecode.ErrArchiveEncrypted) {
		password, ok := u.password()
		if !ok && !locked {
			return nil, ErrPassword
		}
		if ok {
			options = append(options, rardecode.Password(password))
		}
	} else if err != nil && err != io.EOF {
		return nil, u.rarError(err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	r, err = rardecode.NewReader(file, options...)
	return r, u.rarError(err)
}

func (u *unpacker) rarError(err error) error {
	switch {
	case errors.Is(err, rardecode.ErrBadPassword), errors.Is(err, rardecode.ErrArchiveEncrypted),
		errors.Is(err, rardecode.ErrArchivedFileEncrypted):
		return u.needsPassword()
	case errors.Is(err, rardecode.ErrMultiVolume):
		return errors.New("not supported: a multi-volume archive")
	}
	return err
}
