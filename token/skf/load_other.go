//go:build !windows && !(linux && (amd64 || arm64 || loong64))

package skf

import "errors"

const served = false

var errNotServed = errors.New("not on this platform")

func openLibrary(string) (uintptr, error) { return 0, errNotServed }

func closeLibrary(uintptr) {}

func lookup(uintptr, string) uintptr { return 0 }

func invoke(uintptr, []uintptr) uintptr { return uintptr(sarNotSupported) }
