package datadir

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/pythonweb/goweb/lanchat"
)

// Claim is the sign of life of a process that delivers messages, a locked file. A message that is claimed under a name
// whose process has died may be taken over.
type Claim struct {
	// Name is what the claimed messages are marked with.
	Name string
	path string
	file *os.File
}

// Claim makes a claim under a new name, and removes those of dead processes.
func (d Directory) Claim() (*Claim, error) {
	if err := os.MkdirAll(d.claims(), 0o700); err != nil {
		return nil, err
	}
	old, err := os.ReadDir(d.claims())
	if err != nil {
		return nil, err
	}
	for _, entry := range old {
		if !strings.HasPrefix(entry.Name(), ".") {
			d.Alive(entry.Name())
		}
	}
	name := lanchat.NewID().String()
	// The file must not be found before it is locked, or its owner would be taken for dead.
	hidden, path := filepath.Join(d.claims(), "."+name), filepath.Join(d.claims(), name)
	file, err := lockFile(hidden)
	if err != nil {
		return nil, err
	}
	if err := os.Rename(hidden, path); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &Claim{name, path, file}, nil
}

// Release ends the claim.
func (c *Claim) Release() error {
	return errors.Join(os.Remove(c.path), c.file.Close())
}

// Alive reports whether the process that made the claim lives and has not released it. The file of a dead one is
// removed.
func (d Directory) Alive(name string) bool {
	if name == "" {
		return false // nobody's
	}
	path := filepath.Join(d.claims(), filepath.Base(name))
	if _, err := os.Stat(path); err != nil {
		return false
	}
	file, err := lockFile(path)
	if err != nil {
		return true
	}
	_ = os.Remove(path)
	_ = file.Close()
	return false
}

func (d Directory) claims() string { return filepath.Join(string(d), "claims") }
