//go:build !linux

package atomicfile

import "errors"

// renameNew is supported on Linux only.
func renameNew(_, _ string) error { return errors.ErrUnsupported }
