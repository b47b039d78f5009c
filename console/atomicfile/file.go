package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// File is a file that is being written. It has to be closed whether or not it was committed.
type File struct {
	*os.File
	disk      Disk
	path      string // where Commit puts it
	shown     string // the path as the caller wrote it
	exclusive bool   // the path must not exist yet
	special   bool   // it is written to in place: a device, a pipe
	done      bool
}

// Special reports whether the File is not a regular file: what is written is read by others at once and cannot be taken
// back, and Seek and Truncate fail.
func (f *File) Special() bool { return f.special }

// Commit flushes the file to the disk and moves it into place. After an error the old file is still there.
func (f *File) Commit() error {
	if f.done {
		return fmt.Errorf("commit %s: %w", f.shown, fs.ErrClosed)
	}
	put := f.put
	if f.special {
		put = f.end
	}
	if err := put(); err != nil {
		return fmt.Errorf("write %s: %w", f.shown, reason(err))
	}
	return nil
}

// end ends the writing into something that is not a regular file.
func (f *File) end() error {
	if err := f.disk.at(StepFlush, f.shown, func() error { return flush(f.File) }); err != nil {
		return err
	}
	f.done = true
	return f.File.Close()
}

// put flushes the temporary file and gives it its name.
func (f *File) put() error {
	if err := f.disk.at(StepFlush, f.path, f.File.Sync); err != nil {
		return err
	}
	if err := f.File.Close(); err != nil {
		return err
	}
	name := f.replace
	if f.exclusive {
		name = f.publish
	}
	if err := name(); err != nil {
		return err
	}
	f.done = true
	return f.disk.SyncDir(directory(f.path))
}

func (f *File) replace() error {
	return f.disk.at(StepRename, f.path, func() error { return os.Rename(f.Name(), f.path) })
}

// publish gives the file a name that must not exist. Not every file system can do that in one step: where none of the
// ways is supported, an empty file takes the name first; other programs see it, and a crash between the two steps
// leaves it behind.
func (f *File) publish() error {
	err := f.disk.at(StepPublish, f.path, func() error { return renameNew(f.Name(), f.path) })
	if !cannot(err) {
		return err
	}
	err = f.disk.at(StepLink, f.path, func() error { return os.Link(f.Name(), f.path) })
	if err == nil {
		return os.Remove(f.Name())
	}
	if !cannot(err) {
		return err
	}
	err = f.disk.at(StepReserve, f.path, func() error {
		empty, err := os.OpenFile(f.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		return empty.Close()
	})
	if err != nil {
		return err
	}
	if err := f.replace(); err != nil {
		return errors.Join(err, os.Remove(f.path))
	}
	return nil
}

// cannot reports whether err says that the file system does not support an operation.
func cannot(err error) bool {
	return errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.EPERM) ||
		errors.Is(err, syscall.EMLINK)
}

// Close discards the file unless it was committed: the temporary file is removed. It is meant to be deferred.
func (f *File) Close() error {
	if f.done {
		return nil
	}
	f.done = true
	err := f.File.Close()
	if errors.Is(err, fs.ErrClosed) {
		err = nil
	}
	if f.special {
		return err
	}
	return errors.Join(err, os.Remove(f.Name()))
}
