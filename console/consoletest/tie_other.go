//go:build !linux

package consoletest

import "os/exec"

// Tie does nothing where no process can be tied to another.
func Tie(*exec.Cmd) {}
