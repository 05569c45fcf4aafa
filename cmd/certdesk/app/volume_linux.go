package app

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Magic numbers of statfs(2), from the kernel's linux/magic.h and the file systems' own sources.
const magicFUSE = 0x65735546

// named are file systems by their magic number. 9p and virtiofs carry whole machines of sandboxes and are no network drives.
var named = map[uint32]Volume{
	0x6969: {Kind: "nfs", Remote: true}, 0x517b: {Kind: "smb", Remote: true}, 0xff534d42: {Kind: "cifs", Remote: true},
	0xfe534d42: {Kind: "smb2", Remote: true}, 0x564c: {Kind: "ncp", Remote: true}, 0x5346414f: {Kind: "afs", Remote: true},
	0x6b414653: {Kind: "afs", Remote: true}, 0x73757245: {Kind: "coda", Remote: true}, 0x00c36400: {Kind: "ceph", Remote: true},
	0x0bd00bd0: {Kind: "lustre", Remote: true}, 0x47504653: {Kind: "gpfs", Remote: true}, 0x01161970: {Kind: "gfs2", Remote: true},
	0x7461636f: {Kind: "ocfs2", Remote: true}, 0x19830326: {Kind: "fhgfs", Remote: true}, 0x786f4256: {Kind: "vboxsf", Remote: true},
	0x7c7c6673: {Kind: "prl_fs", Remote: true}, 0xbacbacbc: {Kind: "vmhgfs", Remote: true},
	0xef53: {Kind: "ext4"}, 0x58465342: {Kind: "xfs"}, 0x9123683e: {Kind: "btrfs"}, 0x01021994: {Kind: "tmpfs"}, 0x794c7630: {Kind: "overlay"},
	0x2fc12fc1: {Kind: "zfs"}, 0xf2f52010: {Kind: "f2fs"}, 0x4d44: {Kind: "vfat"}, 0x2011bab0: {Kind: "exfat"}, 0x7366746e: {Kind: "ntfs3"},
	0x5346544e: {Kind: "ntfs"}, 0x01021997: {Kind: "9p"}, 0xca451a4e: {Kind: "bcachefs"}, 0x73717368: {Kind: "squashfs"},
}

// see asks the operating system.
func see(path string) (Volume, error) { return ask(path, syscall.Statfs, mountType) }

// ask is see over the system's calls.
func ask(path string, statfs func(string, *syscall.Statfs_t) error, mounted func(string) string) (Volume, error) {
	var st syscall.Statfs_t
	if err := statfs(path, &st); err != nil {
		return Volume{}, unwritten("see", path, err)
	}
	magic := uint32(st.Type)
	v := named[magic]
	if magic == magicFUSE {
		v.Kind = mounted(path)
		v.Remote = fuse(v.Kind)
	}
	v.Free, v.Sized = st.Bavail*uint64(st.Bsize), st.Bsize > 0
	return v, nil
}

// mountType is the type of the mount that path lies on, "fuse" where it cannot be told.
func mountType(path string) string {
	f, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return "fuse"
	}
	defer f.Close()
	if full, err := filepath.EvalSymlinks(path); err == nil {
		path = full
	}
	return typeOf(path, f)
}

// typeOf reads proc_pid_mountinfo(5): field 5 is the mount point, the type follows the separator "-". Of two mounts on one point
// the later one is seen.
func typeOf(path string, mountinfo io.Reader) string {
	best, kind := "", "fuse"
	lines := bufio.NewScanner(mountinfo)
	for lines.Scan() {
		head, tail, ok := strings.Cut(lines.Text(), " - ")
		left, right := strings.Fields(head), strings.Fields(tail)
		if !ok || len(left) < 5 || len(right) < 1 {
			continue
		}
		point := unescape.Replace(left[4])
		if below(path, point) && len(point) >= len(best) {
			best, kind = point, right[0]
		}
	}
	return kind
}

var unescape = strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)

func below(path, point string) bool {
	return point == "/" || path == point || strings.HasPrefix(path, point+"/")
}

// noRoom reports a full disk or quota.
func noRoom(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) }

// readOnly reports a file system that cannot be written, beside what fs.ErrPermission covers.
func readOnly(err error) bool { return errors.Is(err, syscall.EROFS) }

// exposed reports a file that others than its owner may read or change.
func exposed(info os.FileInfo) bool { return info.Mode().Perm()&0o077 != 0 }
