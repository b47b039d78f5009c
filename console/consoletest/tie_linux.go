package consoletest

import (
	"os/exec"
	"syscall"
)

// Tie makes cmd, which is not started yet, end when the test's process ends, however that happens. Without it a test
// that is killed leaves its servers behind. Only Linux can do it.
func Tie(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
}
