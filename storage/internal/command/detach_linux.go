package command

import (
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

// detach gives a program a session of its own, and none of the descriptors that this one has inherited: whoever waits
// for one of them to be closed would wait for that program.
func detach(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return err
	}
	for _, e := range open {
		if fd, err := strconv.Atoi(e.Name()); err == nil && fd > 2 {
			syscall.CloseOnExec(fd)
		}
	}
	return nil
}
