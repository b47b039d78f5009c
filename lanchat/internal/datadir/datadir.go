// Package datadir manages the directory in which one installation of lanchat keeps its private key, its messages, and
// the lock of the process that listens.
package datadir

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/pythonweb/goweb/console/atomicfile"
	"github.com/pythonweb/goweb/lanchat"
)

// Directory is an existing data directory.
type Directory string

// Open returns the directory at path; if it does not exist, it is created, accessible only to its owner.
func Open(path string) (Directory, error) {
	if err := atomicfile.MkdirAll(path, 0o700); err != nil {
		return "", fmt.Errorf("data directory: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("data directory: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		if err := os.Chmod(path, 0o700); err != nil {
			return "", fmt.Errorf("data directory: %w", err)
		}
	}
	abs, err := filepath.Abs(path)
	return Directory(abs), err
}

// Exists reports whether there is an installation in the directory at path.
func Exists(path string) bool {
	_, err := os.Stat(Directory(path).Database())
	return err == nil
}

// Database returns the path of the file of messages.
func (d Directory) Database() string { return filepath.Join(string(d), "lanchat.db") }

// Files returns where files that arrive are kept, unless the user says otherwise.
func (d Directory) Files() string { return filepath.Join(string(d), "files") }

// Identity returns the installation's key, which is created at the first call. Processes that call it at the same time
// agree.
func (d Directory) Identity() (*lanchat.Identity, error) {
	path := filepath.Join(string(d), "identity.pem")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		text, err = d.createIdentity(path)
	}
	if err != nil {
		return nil, fmt.Errorf("identity: %w", err)
	}
	identity, err := lanchat.ParseIdentity(text)
	if err != nil {
		return nil, fmt.Errorf("identity %s: %w", path, err)
	}
	return identity, nil
}

// Name returns the name that SetName has kept with the identity, or "".
func (d Directory) Name() (string, error) {
	text, err := os.ReadFile(filepath.Join(string(d), "name"))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("name: %w", err)
	}
	return strings.TrimSuffix(string(text), "\n"), nil
}

// SetName stores the name by which this installation is called.
func (d Directory) SetName(name string) error {
	err := atomicfile.Write(filepath.Join(string(d), "name"), 0o600, func(w io.Writer) error {
		_, err := io.WriteString(w, name+"\n")
		return err
	})
	if err != nil {
		return fmt.Errorf("name: %w", err)
	}
	return nil
}

// createIdentity creates a key at path unless another process has just done so, and returns the key that is there.
func (d Directory) createIdentity(path string) ([]byte, error) {
	identity, err := lanchat.NewIdentity()
	if err != nil {
		return nil, err
	}
	err = atomicfile.WriteNew(path, 0o600, func(w io.Writer) error {
		_, err := w.Write(identity.MarshalPEM())
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(path)
}

// ErrInUse says that another process listens with this directory.
var ErrInUse = errors.New("another lanchat listens with this data directory")

// Lock is the right to listen with a directory. It ends with the process, however that ends.
type Lock struct{ file *os.File }

// Lock takes the directory's lock, or fails with ErrInUse.
func (d Directory) Lock() (*Lock, error) {
	file, err := lockFile(filepath.Join(string(d), "lock"))
	if errors.Is(err, errLocked) {
		return nil, fmt.Errorf("%s: %w", d, ErrInUse)
	}
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	return &Lock{file}, nil
}

// Announce records the address at which the holder of the lock listens.
func (l *Lock) Announce(address string) error {
	if err := l.file.Truncate(0); err != nil {
		return err
	}
	_, err := l.file.WriteAt([]byte(address+"\n"), 0)
	return err
}

// Release gives the lock up.
func (l *Lock) Release() error { return l.file.Close() }

// Listening returns what the holder of the lock has announced, and false if nobody holds it.
func (d Directory) Listening() (string, bool) {
	path := filepath.Join(string(d), "lock")
	file, err := os.Open(path)
	if err != nil {
		return "", false
	}
	defer file.Close()
	if flock(file, false) == nil {
		return "", false
	}
	var address string
	if _, err := fmt.Fscanln(file, &address); err != nil {
		return "", false
	}
	return address, true
}

// lockFile opens and locks the file at path, which is created if it does not exist.
func lockFile(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := flock(file, true); err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}
