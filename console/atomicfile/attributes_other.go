//go:build !linux && !darwin

package atomicfile

import (
	"errors"
	"io/fs"
	"os"
)

// writable returns an error if a file is protected.
func writable(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return f.Close()
}

// keepAttributes gives f the permissions that old describes.
func keepAttributes(f *os.File, _ string, old fs.FileInfo) error { return f.Chmod(old.Mode().Perm()) }

// duplicate is not needed where streams have no path.
func duplicate(int, string) (*os.File, error) { return nil, errors.ErrUnsupported }
