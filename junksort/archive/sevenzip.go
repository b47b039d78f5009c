package archive

import (
	"errors"
	"io"
	"io/fs"
	"sync"

	"github.com/bodgit/sevenzip"
)

// openSevenZip opens a 7z, with its password if names or contents need one.
func (u *unpacker) openSevenZip(file io.ReaderAt, size int64) (*sevenzip.Reader, error) {
	nameMethods()
	r, err := sevenzip.NewReader(file, size)
	if err == nil {
		err = probe(r)
	}
	var locked *sevenzip.ReadError
	if !errors.As(err, &locked) || !locked.Encrypted {
		if r == nil {
			return nil, err
		}
		return r, nil // whatever is wrong with the content is found when unpacking
	}
	password, ok := u.password()
	if !ok {
		return nil, ErrPassword
	}
	r, err = sevenzip.NewReaderWithPassword(file, size, password)
	if err == nil {
		err = probe(r)
	}
	if err != nil {
		return nil, u.needsPassword()
	}
	return sevenzip.NewReaderWithPassword(file, size, password) // one that has read nothing
}

// nameMethods has the library say the name of a method that it does not support.
var nameMethods = sync.OnceFunc(func() {
	for id, name := range map[string]string{
		"\x04\x01\x09": "Deflate64", "\x0a": "the filter for ARM64", "\x0b": "the filter for RISC-V",
		"\x03\x03\x04\x01": "the filter for IA-64", "\x03\x03\x07\x01": "the filter for ARM Thumb",
		"\x04\xf7\x11\x06": "Lizard",
	} {
		sevenzip.RegisterDecompressor([]byte(id), func([]byte, uint64, []io.ReadCloser) (io.ReadCloser, error) {
			return nil, methodError(name)
		})
	}
})

// methodError is the name of a method of compression that is not supported.
type methodError string

func (e methodError) Error() string { return "not supported: " + string(e) }

// Reason returns it without what the library puts before it.
func (e methodError) Reason() string { return e.Error() }

// probe reads the first byte of the first content.
func probe(r *sevenzip.Reader) error {
	for _, f := range r.File {
		if f.UncompressedSize == 0 {
			continue
		}
		content, err := f.Open()
		if err != nil {
			return err
		}
		defer content.Close()
		_, err = io.ReadFull(content, make([]byte, 1))
		return err
	}
	return nil
}

func (u *unpacker) sevenZip(file io.ReaderAt, size int64) error {
	r, err := u.openSevenZip(file, size)
	if err != nil {
		return err
	}
	var sum int64
	for _, f := range r.File {
		sum += int64(min(f.UncompressedSize, 1<<50))
	}
	if err := u.announced(len(r.File), sum); err != nil {
		return err
	}
	for _, f := range r.File {
		e := entry{name: f.Name, mode: f.Mode(), modified: f.Modified, size: int64(f.UncompressedSize), open: f.Open}
		if e.mode&fs.ModeSymlink != 0 {
			if e.link, err = readLink(f.Open); err != nil {
				return err
			}
		}
		if err := u.entry(e); err != nil {
			return err
		}
	}
	return nil
}
