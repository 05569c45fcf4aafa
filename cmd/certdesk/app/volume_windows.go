package app

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/windows"
)

// kinds are the drive types of GetDriveTypeW.
var kinds = map[uint32]string{
	windows.DRIVE_REMOVABLE: "removable", windows.DRIVE_FIXED: "fixed", windows.DRIVE_REMOTE: "remote", windows.DRIVE_CDROM: "cdrom",
	windows.DRIVE_RAMDISK: "ramdisk",
}

// see asks the operating system.
func see(path string) (Volume, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return Volume{}, unwritten("see", path, err)
	}
	root := make([]uint16, len(path)+windows.MAX_PATH)
	if err := windows.GetVolumePathName(name, &root[0], uint32(len(root))); err != nil {
		return Volume{}, unwritten("see", path, err)
	}
	drive := windows.GetDriveType(&root[0])
	v := Volume{Kind: kinds[drive], Remote: drive == windows.DRIVE_REMOTE}
	v.Sized = windows.GetDiskFreeSpaceEx(name, &v.Free, nil, nil) == nil
	return v, nil
}

// noRoom reports a full disk: ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL, ERROR_DISK_QUOTA_EXCEEDED.
func noRoom(err error) bool {
	for _, e := range []syscall.Errno{windows.ERROR_HANDLE_DISK_FULL, windows.ERROR_DISK_FULL, 1295} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// readOnly reports a place that cannot be written, beside what fs.ErrPermission covers.
func readOnly(err error) bool { return errors.Is(err, windows.ERROR_WRITE_PROTECT) }

// exposed is for modes, which this system does not keep: the access list of the folder guards the file.
func exposed(os.FileInfo) bool { return false }
