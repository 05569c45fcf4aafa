package host

import (
	"os"
	"os/exec"
	"syscall"
)

// prepare gives the child a process group of its own, so that Ctrl-C at the station's terminal does not reach it in the middle of an
// act, and has the system kill it when the station is gone. The child's end at the end of its pipe does not rely on that.
func prepare(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// kill ends the child and what it has started.
func kill(p *os.Process) {
	_ = syscall.Kill(-p.Pid, syscall.SIGKILL)
	_ = p.Kill()
}
