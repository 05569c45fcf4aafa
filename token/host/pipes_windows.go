package host

import (
	"os"

	"golang.org/x/sys/windows"

	"certdesk/service"
)

// Pipes takes standard input and output away for the protocol and gives them as files: libraries loaded from then on find standard
// error in the place of standard output, and nothing to read. To be called once, first thing in the child. TokenFailed where the
// system refuses.
func Pipes() (in, out *os.File, err error) {
	const op = "host.Pipes"
	in, out = os.Stdin, os.Stdout
	nothing, err := os.OpenFile(os.DevNull, os.O_RDWR, 0) // stays open: it is standard input now
	if err != nil {
		return nil, nil, service.E(service.TokenFailed, op, nil, err)
	}
	if err := windows.SetStdHandle(windows.STD_INPUT_HANDLE, windows.Handle(nothing.Fd())); err != nil {
		return nil, nil, service.E(service.TokenFailed, op, nil, err)
	}
	if err := windows.SetStdHandle(windows.STD_OUTPUT_HANDLE, windows.Handle(os.Stderr.Fd())); err != nil {
		return nil, nil, service.E(service.TokenFailed, op, nil, err)
	}
	os.Stdin, os.Stdout = nothing, os.Stderr
	return in, out, nil
}
