package archive

import (
	"archive/tar"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

func (u *unpacker) decompress(file io.Reader, lower string) (io.Reader, error) {
	u.eaten = 0
	file = &eater{r: file, u: u}
	switch {
	case strings.HasSuffix(lower, "gz"):
		return gzip.NewReader(file)
	case strings.HasSuffix(lower, "bz2"), strings.HasSuffix(lower, "tbz"):
		return bzip2.NewReader(file), nil
	case strings.HasSuffix(lower, "xz"):
		return xz.ReaderConfig{DictCap: 64 << 20}.NewReader(file)
	case strings.HasSuffix(lower, "zst"):
		d, err := zstd.NewReader(file, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(256<<20))
		if err != nil {
			return nil, err
		}
		return d, nil
	}
	return file, nil
}

// small is the size of the largest archive whose headers are all read first: a bomb is small, and reading it twice
// costs little.
const small = 4 << 20

func (u *unpacker) tarOf(file *os.File, lower string) error {
	if u.packed <= small {
		r, err := u.decompress(file, lower)
		if err == nil {
			err = u.survey(r)
		}
		if err == nil {
			_, err = file.Seek(0, io.SeekStart)
		}
		if err != nil {
			return err
		}
	}
	r, err := u.decompress(file, lower)
	if err != nil {
		return err
	}
	return u.tar(r)
}

// survey reads the headers and refuses a bomb before anything is written. Whatever else is wrong is found when
// unpacking.
func (u *unpacker) survey(r io.Reader) error {
	t := tar.NewReader(&counted{r: r, u: u})
	for n := 1; ; n++ {
		h, err := t.Next()
		if errors.Is(err, ErrUnsafe) || u.ctx.Err() != nil {
			return err
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			return nil
		}
		if n > u.limits.Count {
			return fmt.Errorf("%w: more than %d entries", ErrUnsafe, u.limits.Count)
		}
		if h.Size > u.limits.Size {
			return fmt.Errorf("%w: more than %d bytes", ErrUnsafe, u.limits.Size)
		}
	}
}

// sparse reports whether the archive leaves out the holes of a file.
func sparse(h *tar.Header) bool {
	if h.Typeflag == tar.TypeGNUSparse {
		return true
	}
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return false
}

func (u *unpacker) tar(r io.Reader) error {
	t := tar.NewReader(&counted{r: r, u: u})
	for {
		h, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			return err
		}
		open := func() (io.ReadCloser, error) { return io.NopCloser(t), nil }
		e := entry{
			name: h.Name, mode: h.FileInfo().Mode(), modified: h.ModTime, size: h.Size, open: open, link: h.Linkname,
			hard: h.Typeflag == tar.TypeLink, again: true, sparse: sparse(h),
		}
		if err := u.entry(e); err != nil {
			return err
		}
	}
}
