// Package atomicfile writes files that are there whole or not at all: into a temporary file of the same directory, flushed to the
// disk, renamed over the old file, the directory flushed. Whoever reads the path sees the old content or the new, also after
// a crash or a power failure; a writer that dies leaves the old file and at most a temporary file beside it.
package atomicfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// File is a file that is being written. It has to be closed whether or not it was committed.
type File struct {
	*os.File
	path string // where Commit puts it
	done bool
}

// Create begins to write the file at path with permissions perm (before umask has no say: they are set as given). An existing
// file keeps its content until Commit. If path is a symbolic link, the file that it points to is replaced.
func Create(path string, perm fs.FileMode) (*File, error) {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		target = path
	}
	f, err := os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+".*.tmp")
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", path, reason(err))
	}
	if err := f.Chmod(perm); err != nil {
		_ = f.Close()
		_ = os.Remove(f.Name())
		return nil, fmt.Errorf("create %s: %w", path, reason(err))
	}
	return &File{File: f, path: target}, nil
}

// Commit flushes the file to the disk and puts it in its place. After an error the old file is still there.
func (f *File) Commit() error {
	if f.done {
		return fmt.Errorf("commit %s: %w", f.path, fs.ErrClosed)
	}
	if err := f.replace(); err != nil {
		return fmt.Errorf("write %s: %w", f.path, reason(err))
	}
	return nil
}

func (f *File) replace() error {
	if err := f.File.Sync(); err != nil {
		return err
	}
	if err := f.File.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), f.path); err != nil {
		return err
	}
	f.done = true
	return syncDirectory(filepath.Dir(f.path))
}

// Close gives the file up unless it was committed: the temporary file is removed. It is meant to be deferred.
func (f *File) Close() error {
	if f.done {
		return nil
	}
	f.done = true
	err := f.File.Close()
	if errors.Is(err, fs.ErrClosed) {
		err = nil
	}
	return errors.Join(err, os.Remove(f.Name()))
}

// Write writes the file at path with what fill writes. When fill returns an error the old file stays. The writer given to
// fill is buffered.
func Write(path string, perm fs.FileMode, fill func(io.Writer) error) error {
	f, err := Create(path, perm)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	b := bufio.NewWriterSize(f, 64<<10)
	if err := fill(b); err != nil {
		return err
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write %s: %w", path, reason(err))
	}
	return f.Commit()
}

// syncDirectory makes a rename survive a power failure. Some file systems cannot flush a directory; there the rename is as
// safe as it gets.
func syncDirectory(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, syscall.ENOTSUP) {
		return err
	}
	return nil
}

// reason strips the name of the temporary file, which says nothing to the user.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}
