package skf

import (
	"debug/elf"
	"debug/pe"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"
)

// Reasons why a library does not load, as they stand in TokenLibrary.
const (
	reasonMissing = "no-file"      // no such file
	reasonArch    = "architecture" // a library for another processor or system; detail names it
	reasonNot     = "format"       // no shared library at all, or not the whole of one
	reasonDepends = "load"         // the system refuses to load it, mostly because it needs another library
)

// explain finds out why a library did not load by looking at the file: the loader's words differ from system to system.
func explain(path string, cause error) error {
	if !served {
		return unusable(path, reasonArch, runtime.GOOS+"/"+runtime.GOARCH, cause)
	}
	f, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !strings.ContainsAny(path, `/\`):
		// A bare name is looked for by the system where libraries lie.
		return unusable(path, reasonMissing, "", cause)
	case errors.Is(err, fs.ErrNotExist):
		return unusable(path, reasonMissing, "", err)
	case err != nil:
		return unusable(path, reasonDepends, "", err)
	}
	defer f.Close()
	switch machine := machineOf(f); machine {
	case "":
		return unusable(path, reasonNot, "", cause)
	case runtime.GOOS + "/" + runtime.GOARCH:
		return unusable(path, reasonDepends, "", cause)
	default:
		return unusable(path, reasonArch, machine, cause)
	}
}

// cutOff tells a library file that ends before its segments do, as after a copy that broke off. The Linux loader maps it and dies
// of it, so it is not asked. A file that is no 64-bit ELF is left to the loader.
func cutOff(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	stat, err := f.Stat()
	var head elf.Header64
	if err != nil || binary.Read(f, binary.LittleEndian, &head) != nil || string(head.Ident[:4]) != elf.ELFMAG ||
		elf.Class(head.Ident[elf.EI_CLASS]) != elf.ELFCLASS64 || elf.Data(head.Ident[elf.EI_DATA]) != elf.ELFDATA2LSB {
		return false
	}
	table := io.NewSectionReader(f, int64(head.Phoff), int64(head.Phnum)*int64(head.Phentsize))
	for range head.Phnum {
		var p elf.Prog64
		if binary.Read(table, binary.LittleEndian, &p) != nil || p.Off+p.Filesz > uint64(stat.Size()) {
			return true
		}
	}
	return false
}

// machineOf names what a library was built for as GOOS/GOARCH, "" where it is none.
func machineOf(f *os.File) string {
	if e, err := elf.NewFile(f); err == nil {
		return "linux/" + elfArch(e.Machine, e.Class)
	}
	if p, err := pe.NewFile(f); err == nil {
		return "windows/" + peArch(p.Machine)
	}
	return ""
}

func elfArch(m elf.Machine, c elf.Class) string {
	switch m {
	case elf.EM_X86_64:
		return "amd64"
	case elf.EM_AARCH64:
		return "arm64"
	case elf.EM_386:
		return "386"
	case elf.EM_ARM:
		return "arm"
	case elf.EM_LOONGARCH:
		if c == elf.ELFCLASS64 {
			return "loong64"
		}
	case elf.EM_MIPS:
		return "mips"
	}
	return strings.ToLower(m.String())
}

func peArch(m uint16) string {
	switch m {
	case pe.IMAGE_FILE_MACHINE_AMD64:
		return "amd64"
	case pe.IMAGE_FILE_MACHINE_ARM64:
		return "arm64"
	case pe.IMAGE_FILE_MACHINE_I386:
		return "386"
	}
	return "?"
}
