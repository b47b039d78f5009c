//go:build !unix

package compute

import "os"

// fromTerminal reports whether sig was typed at the terminal, as an interrupt always is on systems without Unix
// signals.
func fromTerminal(sig os.Signal) bool { return sig == os.Interrupt }
