//go:build !unix

package compute

import "os"

// fromTerminal reports whether sig was typed: an interrupt always is, where there are no others.
func fromTerminal(sig os.Signal) bool { return sig == os.Interrupt }
