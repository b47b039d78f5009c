//go:build !unix

package compute

import "os"

// InputWaits reports whether there is something to read on standard input that is no terminal: a pipe, or a file.
func InputWaits() bool {
	info, err := os.Stdin.Stat()
	return err == nil && (info.Mode()&os.ModeNamedPipe != 0 || info.Mode().IsRegular() && info.Size() > 0)
}
