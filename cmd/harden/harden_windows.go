package harden

import "golang.org/x/sys/windows"

func quiet() {
	const all = windows.SEM_FAILCRITICALERRORS | windows.SEM_NOGPFAULTERRORBOX | windows.SEM_NOOPENFILEERRORBOX
	windows.SetErrorMode(all)
}
