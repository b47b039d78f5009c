//go:build !linux

package atomicfile

import "errors"

// renameNew is known to Linux alone.
func renameNew(_, _ string) error { return errors.ErrUnsupported }
