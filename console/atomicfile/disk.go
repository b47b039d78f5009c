package atomicfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Step is a step of writing a file, at which a [Hook] can observe, stop, delay or fail.
type Step string

// The steps in their order. Of the three that move a file into place one is enough: a replacing write has StepRename
// alone, a new file has StepPublish, then StepLink where the file system cannot do that, then StepReserve and
// StepRename.
const (
	StepCreate   Step = "create"          // the temporary file is created
	StepKeep     Step = "keep attributes" // it gets what the old file has: owner, mode, ACL, attributes
	StepFlush    Step = "flush"           // its content goes to the disk
	StepPublish  Step = "publish"         // it is renamed to a name that must not exist
	StepLink     Step = "link"            // or linked to it
	StepReserve  Step = "reserve"         // or an empty file takes the name, to be renamed over
	StepRename   Step = "rename"          // it is renamed over what has the name
	StepFlushDir Step = "flush directory" // the directory goes to the disk, and with it the new name
)

// A Hook wraps a step: do takes the step at path, and what the hook returns is the step's result. It is for tests: a
// hook that counts sees whether a flush happens, one that returns an error is a failing disk, one that ends the process
// is a crash.
type Hook func(step Step, path string, do func() error) error

// Disk writes files like the functions of this package, which are those of the zero Disk, with a Hook around every
// step.
type Disk struct{ Hook Hook }

func (d Disk) at(step Step, path string, do func() error) error {
	if d.Hook == nil {
		return do()
	}
	return d.Hook(step, path, do)
}

// Create begins to write the file at path. An existing file keeps its content until Commit and hands on its
// permissions; a new one gets perm as it is, whatever the umask. What exists and is not a regular file is opened
// and written into.
func Create(path string, perm fs.FileMode) (*File, error) { return Disk{}.Create(path, perm) }

// New begins to write a file that must not exist, neither now nor at Commit: otherwise they fail with [fs.ErrExist]. A
// symbolic link counts as existing, wherever it points. No hard link is needed, so exFAT, FAT, SMB and FUSE will do.
func New(path string, perm fs.FileMode) (*File, error) { return Disk{}.New(path, perm) }

// Write writes the file at path with what fill writes, as Create and Commit do. When fill returns an error the old file
// stays. The writer given to fill is buffered.
func Write(path string, perm fs.FileMode, fill func(io.Writer) error) error {
	return Disk{}.Write(path, perm, fill)
}

// WriteNew is Write for a file that must not exist: it fails with [fs.ErrExist] and leaves what is there.
func WriteNew(path string, perm fs.FileMode, fill func(io.Writer) error) error {
	return Disk{}.WriteNew(path, perm, fill)
}

// SyncDir makes the names in a directory survive a power failure: the files made, renamed and removed there. On a file
// system that cannot flush a directory, or in a directory that may not be read, it does nothing.
func SyncDir(dir string) error { return Disk{}.SyncDir(dir) }

// MkdirAll creates the directory dir and those above it that are missing, with permissions perm, and flushes the
// directory above each of them, so that they survive a power failure together with the files in them.
func MkdirAll(dir string, perm fs.FileMode) error { return Disk{}.MkdirAll(dir, perm) }

// Create is the function Create on d.
func (d Disk) Create(path string, perm fs.FileMode) (*File, error) {
	f, err := d.create(path, perm)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", path, reason(err))
	}
	return f, nil
}

func (d Disk) create(path string, perm fs.FileMode) (*File, error) {
	target, err := follow(path)
	if err != nil {
		return nil, err
	}
	if target.stream != nil {
		return &File{File: target.stream, disk: d, shown: path, special: true}, nil
	}
	info, err := os.Stat(target.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return d.temporary(target.path, path, perm, nil)
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, syscall.EISDIR
	case info.Mode().IsRegular():
		if err := writable(target.path); err != nil {
			return nil, err
		}
		return d.temporary(target.path, path, info.Mode().Perm(), info)
	}
	f, err := os.OpenFile(target.path, os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	return &File{File: f, disk: d, shown: path, special: true}, nil
}

// New is the function New on d.
func (d Disk) New(path string, perm fs.FileMode) (*File, error) {
	_, err := os.Lstat(path)
	if err == nil {
		err = syscall.EEXIST
	}
	var f *File
	if errors.Is(err, fs.ErrNotExist) {
		f, err = d.temporary(path, path, perm, nil)
	}
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", path, reason(err))
	}
	f.exclusive = true
	return f, nil
}

// Write is the function Write on d.
func (d Disk) Write(path string, perm fs.FileMode, fill func(io.Writer) error) error {
	f, err := d.Create(path, perm)
	if err != nil {
		return err
	}
	return f.fill(fill)
}

// WriteNew is the function WriteNew on d.
func (d Disk) WriteNew(path string, perm fs.FileMode, fill func(io.Writer) error) error {
	f, err := d.New(path, perm)
	if err != nil {
		return err
	}
	return f.fill(fill)
}

// SyncDir is the function SyncDir on d.
func (d Disk) SyncDir(dir string) error {
	return d.at(StepFlushDir, dir, func() error {
		opened, err := os.Open(dir)
		if errors.Is(err, fs.ErrPermission) {
			return nil
		}
		if err != nil {
			return err
		}
		return errors.Join(flush(opened), opened.Close())
	})
}

// MkdirAll is the function MkdirAll on d.
func (d Disk) MkdirAll(dir string, perm fs.FileMode) error {
	var made []string
	for above := filepath.Clean(dir); ; above = filepath.Dir(above) {
		if _, err := os.Stat(above); err == nil || above == filepath.Dir(above) {
			break
		}
		made = append(made, above)
	}
	if err := os.MkdirAll(dir, perm); err != nil {
		return err
	}
	for _, m := range made {
		if err := d.SyncDir(filepath.Dir(m)); err != nil {
			return err
		}
	}
	return nil
}

// flush flushes f, unless it is something that cannot be flushed.
func flush(f *os.File) error {
	err := f.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	return err
}

// temporary creates the file that is to take the place of target, which is shown to the user by another name. Old
// describes the file that it replaces, or is nil.
func (d Disk) temporary(target, shown string, perm fs.FileMode, old fs.FileInfo) (*File, error) {
	dir, base := filepath.Split(target)
	if base == "" {
		return nil, syscall.EISDIR
	}
	if len(base) > 200 { // names have at most 255 bytes
		base = strings.ToValidUTF8(base[:200], "")
	}
	if dir == "" {
		dir = "." // an empty one means $TMPDIR
	}
	var f *os.File
	err := d.at(StepCreate, target, func() (err error) {
		f, err = os.CreateTemp(dir, "."+base+".*.tmp")
		return err
	})
	if err != nil {
		return nil, err
	}
	err = d.at(StepKeep, target, func() error {
		if old == nil {
			return f.Chmod(perm)
		}
		return keepAttributes(f, target, old)
	})
	if err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	return &File{File: f, disk: d, shown: shown, path: target}, nil
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

// fill writes a file as Write does, and closes it.
func (f *File) fill(fill func(io.Writer) error) error {
	defer func() { _ = f.Close() }()
	b := bufio.NewWriterSize(f, 64<<10)
	if err := fill(b); err != nil {
		return err
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write %s: %w", f.shown, reason(err))
	}
	return f.Commit()
}
