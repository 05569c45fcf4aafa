package app

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"certdesk/service"
)

// mountinfo is what the kernel shows of a machine with many kinds of mounts.
const mountinfo = `22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:25 / /mnt/far rw - fuse.sshfs hall@far: rw,user_id=0
31 22 0:26 / /mnt/stick rw - fuseblk /dev/sdb1 rw
32 22 0:27 / /mnt/with\040blank rw master:3 - fuse.rclone cloud: rw
33 30 0:28 / /mnt/far/inner rw - fuse.gocryptfs /x rw
34 22 0:29 / /mnt/over rw - fuse.sshfs a: rw
35 22 0:30 / /mnt/over rw - fuse.fuse-overlayfs b rw
`

func TestTypeOf(t *testing.T) {
	for path, want := range map[string]string{
		"/home/hall": "ext4", "/mnt/far": "fuse.sshfs", "/mnt/far/hall": "fuse.sshfs", "/mnt/farther": "ext4", "/mnt/stick/hall": "fuseblk",
		"/mnt/with blank/hall": "fuse.rclone", "/mnt/far/inner/hall": "fuse.gocryptfs", "/mnt/over/x": "fuse.fuse-overlayfs",
	} {
		if have := typeOf(path, strings.NewReader(mountinfo)); have != want {
			t.Errorf("%s: %s, want %s", path, have, want)
		}
	}
	if have := typeOf("/x", strings.NewReader("rubbish\n1 2 - \n")); have != "fuse" {
		t.Errorf("unreadable: %s", have)
	}
}

// Where the system says that a folder is another machine's, no store is founded there.
func TestNetworkDrives(t *testing.T) {
	at := filepath.Join(t.TempDir(), "not", "yet", "there")
	for _, c := range []struct {
		name   string
		magic  uint32
		mount  string
		kind   string
		remote bool
	}{
		{"NFS", 0x6969, "", "nfs", true}, {"CIFS", 0xff534d42, "", "cifs", true}, {"SMB 2", 0xfe534d42, "", "smb2", true},
		{"SMB", 0x517b, "", "smb", true}, {"Ceph", 0xc36400, "", "ceph", true}, {"AFS", 0x5346414f, "", "afs", true},
		{"shared folder of a virtual machine", 0x786f4256, "", "vboxsf", true},
		{"ssh", magicFUSE, "fuse.sshfs", "fuse.sshfs", true}, {"unknown in user space", magicFUSE, "fuse", "fuse", true},
		{"NTFS in user space", magicFUSE, "fuseblk", "fuseblk", false}, {"virtio", magicFUSE, "virtiofs", "virtiofs", false},
		{"ext4", 0xef53, "", "ext4", false}, {"tmpfs", 0x01021994, "", "tmpfs", false}, {"unheard of", 0x12345678, "", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			asked := ""
			look := func(path string) (Volume, error) {
				asked = path
				return ask(path, func(_ string, st *syscall.Statfs_t) error {
					st.Type, st.Bsize, st.Bavail = int64(c.magic), 4096, 1<<20
					return nil
				}, func(string) string { return c.mount })
			}
			v, err := look(at)
			if err != nil || v != (Volume{Kind: c.kind, Remote: c.remote, Free: 4 << 30, Sized: true}) {
				t.Fatalf("%+v, %v", v, err)
			}
			err = local(at, look)
			if c.remote != service.IsCode(err, service.StoreRemote) || c.remote && service.ArgsOf(err)["kind"] != c.kind || !c.remote && err != nil {
				t.Errorf("%v", err)
			}
			if !exists(asked) {
				t.Errorf("asked of %s, which is not there", asked)
			}
		})
	}
}

// This machine's own folder is local, and has a size.
func TestSeeHere(t *testing.T) {
	v, err := see(t.TempDir())
	if err != nil || !v.Sized || v.Free == 0 {
		t.Errorf("%+v, %v", v, err)
	}
	if _, err := see("/not/there"); !service.IsCode(err, service.StoreReadOnly) {
		t.Errorf("%v", err)
	}
}

// A write that finds no room says so: /dev/full is a disk without any.
func TestWriteFileOnFullDisk(t *testing.T) {
	a := &App{Options: Options{Dir: t.TempDir()}}
	if err := os.Symlink("/dev/full", filepath.Join(a.Dir, "full")); err != nil {
		t.Fatal(err)
	}
	if err := a.WriteFile("full", []byte("x")); !service.IsCode(err, service.StoreFull) || service.ArgsOf(err)["path"] == "" {
		t.Errorf("%v", err)
	}
	if err := a.WriteFile("full/below", []byte("x")); !service.IsCode(err, service.StoreFailed) {
		t.Errorf("%v", err)
	}
}

// Doctor warns of a store that was founded on a network drive, or moved there, and of a disk that runs full.
func TestDoctorTellsOfTheDisk(t *testing.T) {
	for _, c := range []struct {
		volume Volume
		want   []service.Code
	}{
		{Volume{Kind: "nfs", Remote: true, Free: 1 << 40, Sized: true}, []service.Code{"", service.StoreRemote, "", ""}},
		{Volume{Kind: "ext4", Free: spare - 1, Sized: true}, []service.Code{"", "", service.DiskLow, ""}},
		{Volume{Kind: "ext4", Free: spare, Sized: true}, []service.Code{"", "", "", ""}},
	} {
		found := doctor(t.Context(), Options{Dir: t.TempDir(), Env: RealEnv()}, func(string) (Volume, error) { return c.volume, nil })
		for i, want := range c.want {
			if have := service.CodeOf(found[i].Err); have != want {
				t.Errorf("%+v: %s is %q, want %q", c.volume, found[i].Name.EN, have, want)
			}
		}
	}
}
