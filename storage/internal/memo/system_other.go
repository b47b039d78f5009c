//go:build !unix

package memo

import "os"

// writeAll writes to a descriptor, until it is closed by its reader.
func writeAll(fd int, data []byte) {
	f := os.Stdout
	if fd == 2 {
		f = os.Stderr
	}
	_, _ = f.Write(data) // nobody is there then who could be told
}

// fromTerminal reports whether sig was typed: an interrupt always is, where there are no others.
func fromTerminal(sig os.Signal) bool { return sig == os.Interrupt }
