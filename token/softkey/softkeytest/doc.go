// Package softkeytest has the disks that tests put a softkey drawer on.
//
// [Forgetful] is a file system in memory that forgets what was not synced when the power goes, runs full and breaks at a chosen
// operation. [Lax] is the operating system's without its syncs, for tests that only want to be quick.
//
// A test of a power cut:
//
//	disk := softkeytest.NewForgetful(seed)
//	drawer, err := softkey.Open("ukeys", env, softkey.WithDisk(disk.Life()))
//	…
//	disk.CutAt(7)     // the seventh change of the disk from now on does not happen any more, nor does anything after it
//	…                 // every call fails
//	disk.Restore()    // the folder is as the power cut left it
//	drawer, err = softkey.Open("ukeys", env, softkey.WithDisk(disk.Life()))
//
// A cut ends a Life for good; a driver that shall live on takes disk.Disk() instead.
package softkeytest
