package profile

import (
	"slices"
	"strings"
)

// FindLibrary finds the library file: the names for goos/goarch in order, then those for goos. A name without a folder is looked for
// where the platform keeps libraries, so that what is loaded is always a whole path and never what lies in the working folder. path
// is "" where nothing exists; tried is every path that was asked for, in order.
func (p Profile) FindLibrary(goos, goarch string, exists func(string) bool) (path string, tried []string) {
	names := slices.Concat(p.Library[goos+"/"+goarch], p.Library[goos])
	for _, name := range names {
		for _, file := range places(name, goos, goarch) {
			if slices.Contains(tried, file) {
				continue
			}
			tried = append(tried, file)
			if exists(file) {
				return file, tried
			}
		}
	}
	return "", tried
}

func places(name, goos, goarch string) (files []string) {
	slash := "/"
	if goos == "windows" {
		slash = `\`
	}
	if strings.ContainsAny(name, `/\:`) {
		if whole(name, goos) {
			files = []string{name}
		}
		return files
	}
	for _, dir := range folders(goos, goarch) {
		files = append(files, dir+slash+name)
	}
	return files
}

// whole tells a path that means the same in every working folder.
func whole(path, goos string) bool {
	if goos != "windows" {
		return path[0] == '/'
	}
	return len(path) > 2 && path[1] == ':' && strings.ContainsRune(`/\`, rune(path[2])) || strings.HasPrefix(path, `\\`)
}

// folders are where a platform keeps libraries, the administrator's own before the distribution's (FHS 3.0, 4.9; Debian's multiarch).
func folders(goos, goarch string) []string {
	switch goos {
	case "windows":
		return []string{`C:\Windows\System32`}
	case "darwin":
		return []string{"/usr/local/lib", "/opt/homebrew/lib", "/Library/OpenSC/lib", "/usr/lib"}
	}
	list := []string{"/usr/local/lib"}
	if t := triplet(goarch); goos == "linux" && t != "" {
		list = append(list, "/usr/lib/"+t, "/lib/"+t)
	}
	return append(list, "/usr/lib64", "/usr/lib", "/lib64", "/lib")
}

func triplet(goarch string) string {
	switch goarch {
	case "amd64":
		return "x86_64-linux-gnu"
	case "arm64":
		return "aarch64-linux-gnu"
	case "loong64":
		return "loongarch64-linux-gnu"
	case "386":
		return "i386-linux-gnu"
	case "riscv64":
		return "riscv64-linux-gnu"
	case "mips64le":
		return "mips64el-linux-gnuabi64"
	}
	return ""
}
