//go:build cgo

package p11

import (
	"debug/elf"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
)

// explain finds out why a library did not load by looking at the file; the binding keeps the loader's words to itself. The reasons are
// those of every driver: missing, format, architecture (detail: which), symbols (detail: which) and load.
func explain(path string) (reason, detail string) {
	f, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "no-file", ""
	case err != nil || filepath.Base(path) == path:
		return "load", ""
	}
	defer f.Close()
	e, err := elf.NewFile(f)
	switch {
	case err != nil && runtime.GOOS == "linux":
		return "format", ""
	case err != nil:
		return "load", ""
	case e.Machine != machine():
		return "architecture", e.Machine.String()
	}
	return symbols(e)
}

// machine is this program's.
func machine() elf.Machine {
	return map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64, "loong64": elf.EM_LOONGARCH, "386": elf.EM_386,
		"arm": elf.EM_ARM, "riscv64": elf.EM_RISCV}[runtime.GOARCH]
}

func symbols(e *elf.File) (reason, detail string) {
	const entry = "C_GetFunctionList"
	exported, err := e.DynamicSymbols()
	has := slices.ContainsFunc(exported, func(s elf.Symbol) bool { return s.Name == entry && s.Section != elf.SHN_UNDEF })
	if err == nil && !has {
		return "symbols", entry
	}
	return "load", ""
}
