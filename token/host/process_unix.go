//go:build unix && !linux

package host

import (
	"os"
	"os/exec"
	"syscall"
)

// prepare gives the child a process group of its own: Ctrl-C at the station's terminal does not reach it.
func prepare(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// kill ends the child and what it has started.
func kill(p *os.Process) {
	_ = syscall.Kill(-p.Pid, syscall.SIGKILL)
	_ = p.Kill()
}
