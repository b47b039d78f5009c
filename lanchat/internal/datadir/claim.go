package datadir

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/pythonweb/goweb/lanchat"
)

// Claim is the sign of life of a process that delivers messages: a locked file. A message that is claimed under a
// name whose process has died may be taken over.
type Claim struct {
	// Name is what the claimed messages are marked with.
	Name string
	file *os.File
}

// Claim makes a claim under a new name.
func (d Directory) Claim() (*Claim, error) {
	if err := os.MkdirAll(d.claims(), 0o700); err != nil {
		return nil, err
	}
	name := lanchat.NewID().String()
	file, err := lockFile(filepath.Join(d.claims(), name))
	if err != nil {
		return nil, err
	}
	return &Claim{name, file}, nil
}

// Release ends the claim.
func (c *Claim) Release() error {
	return errors.Join(os.Remove(c.file.Name()), c.file.Close())
}

// Alive says whether the process that made the claim lives and has not released it. The file of a dead one is removed.
func (d Directory) Alive(name string) bool {
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
