//go:build unix && !linux

package harden

import "golang.org/x/sys/unix"

func quiet() { _ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}) }
