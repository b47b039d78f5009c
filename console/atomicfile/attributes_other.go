//go:build !linux && !darwin

package atomicfile

import (
	"errors"
	"io/fs"
	"os"
)

// keepAttributes gives f the permissions that old describes.
func keepAttributes(f *os.File, _ string, old fs.FileInfo) error { return f.Chmod(old.Mode().Perm()) }

// duplicate is not needed where streams have no path.
func duplicate(int, string) (*os.File, error) { return nil, errors.ErrUnsupported }
