package host

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"time"
)

// process is a running child and its pipes.
type process struct {
	cmd     *exec.Cmd
	in      *os.File // to its standard input
	out     *os.File // from its standard output
	drained chan struct{}
	exited  chan struct{} // closed when it has been waited for
	state   string        // what the system said of its end; valid behind exited
	once    sync.Once
}

// startProcess starts a child. It is done from a thread that lives as long as the child: Linux kills a child that asked for it when the
// thread that made it ends, not the process (prctl(2), PR_SET_PDEATHSIG).
func startProcess(cfg *Config, log *logger) (*process, error) {
	p := &process{cmd: exec.Command(cfg.Command[0], cfg.Command[1:]...), drained: make(chan struct{}), exited: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), cfg.Environ...)
	p.cmd.Stderr = log
	p.cmd.WaitDelay = time.Second // a grandchild may hold standard error open
	prepare(p.cmd)
	theirs, err := p.pipes()
	if err != nil {
		return nil, err
	}
	started := make(chan error)
	go p.run(cfg, started)
	err = <-started
	for _, f := range theirs {
		_ = f.Close()
	}
	if err != nil {
		_ = p.in.Close()
		_ = p.out.Close()
		return nil, err
	}
	return p, nil
}

// pipes makes both pipes and gives the child's ends.
func (p *process) pipes() (theirs []*os.File, err error) {
	stdin, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	out, stdout, err := os.Pipe()
	if err != nil {
		_ = stdin.Close()
		_ = in.Close()
		return nil, err
	}
	p.cmd.Stdin, p.cmd.Stdout, p.in, p.out = stdin, stdout, in, out
	return []*os.File{stdin, stdout}, nil
}

func (p *process) run(cfg *Config, started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := p.cmd.Start()
	started <- err
	if err != nil {
		return
	}
	_ = p.cmd.Wait()
	p.state = p.cmd.ProcessState.String()
	close(p.exited)
	select {
	case <-p.drained:
	case <-cfg.After(time.Second): // a grandchild holds the pipe
	}
	_ = p.out.Close()
	_ = p.in.Close()
}

// end closes the pipe, which ends the child, and kills it: at once, or where it does not end in time.
func (p *process) end(cfg *Config, gentle bool) {
	p.once.Do(func() {
		_ = p.in.Close()
		if !gentle {
			p.kill()
			return
		}
		go func() {
			select {
			case <-p.exited:
			case <-cfg.After(grace + time.Second):
				p.kill()
			}
		}()
	})
}

func (p *process) kill() {
	select {
	case <-p.exited:
	default:
		kill(p.cmd.Process)
	}
}

func (p *process) String() string { return fmt.Sprintf("process %d", p.cmd.Process.Pid) }
