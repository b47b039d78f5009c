//go:build !linux

package compute

import "io"

// terminal would watch whether a command changes the settings of the terminal on its standard input.
type terminal struct{}

// watchTerminal does nothing on this system.
func watchTerminal(io.Reader) terminal { return terminal{} }

// changed reports false.
func (terminal) changed() bool { return false }
