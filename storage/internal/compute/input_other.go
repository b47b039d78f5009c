//go:build !unix

package compute

import "os"

// InputWaits reports whether standard input is something to read from that is not a terminal: a pipe, or a file.
func InputWaits() bool {
	info, err := os.Stdin.Stat()
	return err == nil && (info.Mode()&os.ModeNamedPipe != 0 || info.Mode().IsRegular() && info.Size() > 0)
}
