//go:build unix

package host

import (
	"os"

	"golang.org/x/sys/unix"

	"certdesk/service"
)

// Pipes takes standard input and output away for the protocol and gives them as files: from then on whatever a library prints goes to
// standard error, and whatever reads finds the end. To be called once, first thing in the child. TokenFailed where the system
// refuses.
func Pipes() (in, out *os.File, err error) {
	const op = "host.Pipes"
	if in, err = aside(0, "requests"); err != nil {
		return nil, nil, service.E(service.TokenFailed, op, nil, err)
	}
	if out, err = aside(1, "replies"); err != nil {
		return nil, nil, service.E(service.TokenFailed, op, nil, err)
	}
	nothing, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, nil, service.E(service.TokenFailed, op, nil, err)
	}
	defer nothing.Close()
	if err := dup2(int(nothing.Fd()), 0); err != nil {
		return nil, nil, service.E(service.TokenFailed, op, nil, err)
	}
	if err := dup2(2, 1); err != nil {
		return nil, nil, service.E(service.TokenFailed, op, nil, err)
	}
	return in, out, nil
}

// aside copies a descriptor to a place above the standard ones that no child of this process inherits.
func aside(fd uintptr, name string) (*os.File, error) {
	n, err := unix.FcntlInt(fd, unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(n), name), nil
}
