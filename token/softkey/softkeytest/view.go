package softkeytest

import (
	"io/fs"
	"path/filepath"
	"slices"

	"certdesk/token/softkey"
)

// always is the life that never ends.
const always = -1

// view is one life on a disk.
type view struct {
	disk *Forgetful
	life int
}

var _ softkey.Disk = (*view)(nil)

// enter takes the disk's lock; ErrPower where the power is out or this life is over.
func (v *view) enter(op, path string) error {
	v.disk.mu.Lock()
	return v.alive(op, path)
}

func (v *view) alive(op, path string) error {
	if v.disk.off || v.life != always && v.life != v.disk.life {
		return &fs.PathError{Op: op, Path: path, Err: ErrPower}
	}
	return nil
}

// changing enters for a change.
func (v *view) changing(op, path string) error {
	if err := v.enter(op, path); err != nil {
		return err
	}
	return v.disk.change(op, path)
}

func (v *view) MakeFolder(dir string) error {
	defer v.disk.mu.Unlock()
	return v.enter("mkdir", dir)
}

func (v *view) Names(dir string) ([]string, error) {
	err := v.enter("readdir", dir)
	defer v.disk.mu.Unlock()
	if err == nil {
		err = v.disk.read("readdir", dir)
	}
	if err != nil {
		return nil, err
	}
	var names []string
	for path := range v.disk.seen {
		if filepath.Dir(path) == filepath.Clean(dir) {
			names = append(names, filepath.Base(path))
		}
	}
	slices.Sort(names)
	return names, nil
}

func (v *view) Read(path string) ([]byte, error) {
	err := v.enter("read", path)
	defer v.disk.mu.Unlock()
	if err == nil {
		err = v.disk.read("read", path)
	}
	if err != nil {
		return nil, err
	}
	n, ok := v.disk.seen[filepath.Clean(path)]
	if !ok {
		return nil, missing("open", path)
	}
	return slices.Clone(n.live), nil
}

func (v *view) Create(path string) (softkey.File, error) {
	err := v.changing("create", path)
	defer v.disk.mu.Unlock()
	if err != nil {
		return nil, err
	}
	path = filepath.Clean(path)
	n, ok := v.disk.seen[path]
	if !ok {
		n = &node{}
		v.disk.rename(renaming{dir: filepath.Dir(path), to: path, node: n})
	}
	n.live = nil
	return &file{view: v, path: path, node: n}, nil
}

func (v *view) Rename(from, to string) error {
	err := v.changing("rename", from)
	defer v.disk.mu.Unlock()
	if err != nil {
		return err
	}
	from, to = filepath.Clean(from), filepath.Clean(to)
	n, ok := v.disk.seen[from]
	if !ok {
		return missing("rename", from)
	}
	v.disk.rename(renaming{dir: filepath.Dir(to), from: from, to: to, node: n})
	return nil
}

func (v *view) Remove(path string) error {
	err := v.changing("remove", path)
	defer v.disk.mu.Unlock()
	if err != nil {
		return err
	}
	path = filepath.Clean(path)
	if _, ok := v.disk.seen[path]; !ok {
		return missing("remove", path)
	}
	v.disk.rename(renaming{dir: filepath.Dir(path), from: path})
	return nil
}

// rename changes names: seen at once, durable after the next SyncFolder.
func (d *Forgetful) rename(r renaming) {
	r.on(d.seen)
	d.pending = append(d.pending, r)
}

func (v *view) SyncFolder(dir string) error {
	err := v.changing("syncdir", dir)
	defer v.disk.mu.Unlock()
	if err != nil {
		return err
	}
	dir = filepath.Clean(dir)
	v.disk.pending = slices.DeleteFunc(v.disk.pending, func(r renaming) bool {
		if r.dir == dir {
			r.on(v.disk.durable)
		}
		return r.dir == dir
	})
	return nil
}

func (v *view) Lock(path string, wait bool) (func() error, error) {
	err := v.enter("lock", path)
	defer v.disk.mu.Unlock()
	path = filepath.Clean(path)
	for err == nil && v.disk.locks[path] != nil {
		if !wait {
			return nil, nil
		}
		v.disk.freed.Wait()
		err = v.alive("lock", path)
	}
	if err != nil {
		return nil, err
	}
	h := &holder{path}
	v.disk.locks[path] = h
	return func() error { return v.disk.unlock(path, h) }, nil
}

// unlock does nothing where the lock ended with its life.
func (d *Forgetful) unlock(path string, h *holder) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.locks[path] == h {
		delete(d.locks, path)
		d.freed.Broadcast()
	}
	return nil
}

// file is a file being written in one life.
type file struct {
	view *view
	path string
	node *node
}

// Write that fails leaves a part behind.
func (f *file) Write(p []byte) (int, error) {
	err := f.view.enter("write", f.path)
	defer f.view.disk.mu.Unlock()
	if err == nil {
		if err = f.view.disk.change("write", f.path); err != nil {
			p = p[:len(p)/2]
		}
		f.node.live = append(f.node.live, p...)
	}
	if err != nil {
		return 0, err
	}
	return len(p), nil
}

func (f *file) Sync() error {
	err := f.view.changing("sync", f.path)
	defer f.view.disk.mu.Unlock()
	if err == nil {
		f.node.durable = slices.Clone(f.node.live)
	}
	return err
}

func (f *file) Close() error {
	defer f.view.disk.mu.Unlock()
	return f.view.enter("close", f.path)
}
