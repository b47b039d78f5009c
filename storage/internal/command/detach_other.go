//go:build !unix

package command

import "os/exec"

// detach does nothing on this system.
func detach(*exec.Cmd) error { return nil }
