// Package source reads a file or a folder for sending: the same bytes at every attempt, as long as nobody changes it.
package source

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Source is a file or a folder that can be sent. It implements lanchat.Content.
type Source struct {
	Path     string // absolute
	Name     string
	Size     int64
	Folder   bool
	Modified time.Time // zero for a folder
	// Left are the entries of a folder that are not sent: links that lead out of it, devices and the like.
	Left []string

	entries []entry
}

// entry is a file, folder or link in a folder.
type entry struct {
	path   string
	header *tar.Header
}

// ErrSpecial says that a path is neither a file nor a folder.
var ErrSpecial = errors.New("it is neither a file nor a folder")

// Open examines the file or folder at path.
func Open(path string) (*Source, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	s := &Source{Path: path, Name: filepath.Base(path), Size: info.Size(), Folder: info.IsDir()}
	switch {
	case s.Folder:
		return s, s.list()
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: %w", path, ErrSpecial)
	}
	s.Modified = info.ModTime().UTC().Truncate(time.Microsecond)
	return s, nil
}

// list finds what is in the folder, in the order of names, and how long the archive of it will be.
func (s *Source) list() error {
	const block, end = 512, 1024
	s.Size = end
	return filepath.WalkDir(s.Path, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		header, err := s.header(path, d)
		if err != nil || header == nil {
			return err
		}
		var size counter
		if err := tar.NewWriter(&size).WriteHeader(header); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		s.Size += int64(size) + (header.Size+block-1)/block*block
		s.entries = append(s.entries, entry{path, header})
		return nil
	})
}

// header returns the header of one entry, or nil for one that is left out.
func (s *Source) header(path string, d fs.DirEntry) (*tar.Header, error) {
	info, err := d.Info()
	if err != nil {
		return nil, err
	}
	name, err := filepath.Rel(s.Path, path)
	if err != nil {
		return nil, err
	}
	h := &tar.Header{
		Name: filepath.ToSlash(name), Mode: int64(info.Mode().Perm()), ModTime: info.ModTime(), Format: tar.FormatPAX,
	}
	switch {
	case info.IsDir():
		h.Typeflag = tar.TypeDir
	case info.Mode().IsRegular():
		h.Typeflag, h.Size = tar.TypeReg, info.Size()
	case info.Mode()&fs.ModeSymlink != 0:
		target, err := os.Readlink(path)
		if err != nil {
			return nil, err
		}
		if filepath.IsAbs(target) || !filepath.IsLocal(filepath.Join(filepath.Dir(name), target)) {
			s.Left = append(s.Left, path)
			return nil, nil
		}
		h.Typeflag, h.Linkname = tar.TypeSymlink, filepath.ToSlash(target)
	default:
		s.Left = append(s.Left, path)
		return nil, nil
	}
	return h, nil
}

// Open implements lanchat.Content.
func (s *Source) Open() (io.ReadCloser, error) {
	if !s.Folder {
		return os.Open(s.Path)
	}
	r, w := io.Pipe()
	go func() { w.CloseWithError(s.pack(w)) }() // ends when r is closed
	return r, nil
}

// pack writes the archive.
func (s *Source) pack(w io.Writer) error {
	archive := tar.NewWriter(w)
	buf := make([]byte, 256<<10)
	for _, e := range s.entries {
		if err := archive.WriteHeader(e.header); err != nil {
			return err
		}
		if e.header.Typeflag != tar.TypeReg {
			continue
		}
		if err := pour(archive, e, buf); err != nil {
			return fmt.Errorf("%s: %w", e.path, err)
		}
	}
	return archive.Close()
}

func pour(archive io.Writer, e entry, buf []byte) error {
	f, err := os.Open(e.path)
	if err != nil {
		return err
	}
	defer f.Close()
	n, err := io.CopyBuffer(struct{ io.Writer }{archive}, io.LimitReader(f, e.header.Size), buf)
	if err == nil && n < e.header.Size {
		err = errors.New("it became shorter while it was being sent")
	}
	return err
}

// counter counts what is written.
type counter int64

// Write counts.
func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

// ParseSize reads a number of bytes with one of the units K, M, G and T, which are powers of 1024: 2G, 500M, 1048576.
func ParseSize(text string) (int64, error) {
	bad := fmt.Errorf("%q is not a size", text)
	digits, shift := strings.TrimSuffix(strings.ToUpper(strings.TrimSpace(text)), "B"), 0
	if i := strings.IndexByte("KMGT", last(digits)); i >= 0 && digits != "" {
		digits, shift = digits[:len(digits)-1], 10*(i+1)
	}
	var n int64
	for _, r := range digits {
		if r < '0' || r > '9' || n > 1<<50 {
			return 0, bad
		}
		n = 10*n + int64(r-'0')
	}
	if digits == "" || n > (1<<62)>>shift {
		return 0, bad
	}
	return n << shift, nil
}

func last(s string) byte {
	if s == "" {
		return ' '
	}
	return s[len(s)-1]
}
