package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"time"

	"certdesk/service"
	"certdesk/token/softkey"
)

// settings is what one call finds in the environment.
type settings struct {
	dir, kdf         string
	space            int64 // bytes of a token, 0 for the soft token's own
	fault, faultFile string
	devAuth, decrypt bool
	labelMax         int
}

// library is the state behind the C functions: who is connected, what is open.
type library struct {
	layout layout
	env    func() settings

	faults faults
	crash  func()

	mu      sync.Mutex
	drawers map[string]*drawer
	devices map[string]*device // by insertion
	nodes   map[uintptr]*node
	last    uintptr
	watch   watch
}

// drawer is a folder of soft tokens, opened once.
type drawer struct {
	dir  string
	opts []softkey.Option
	soft *softkey.Driver
}

// kind is what a handle stands for.
type kind int

const (
	isDevice kind = iota
	isApp
	isContainer
	isKey
)

// node is what a handle stands for.
type node struct {
	kind   kind
	id     uintptr
	parent uintptr
	root   uintptr // the device's handle
	dev    *device
	name   string // application or container
	era    int    // of the device, when it was opened
	random []byte // device: the last that was given out
	auth   bool   // device: SKF_DevAuth was right
	key    *sessionKey
}

func newLibrary(l layout, env func() settings, crash func()) *library {
	return &library{layout: l, env: env, crash: crash, last: 0x5100, faults: faults{calls: map[string]int{}},
		drawers: map[string]*drawer{}, devices: map[string]*device{}, nodes: map[uintptr]*node{}}
}

// drawer gives the folder that the environment names now.
func (l *library) drawer() (*drawer, sar) {
	s := l.env()
	if s.dir == "" {
		return nil, sarNotInitialised
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	key := fmt.Sprint(s.kdf, s.space, s.dir)
	if d := l.drawers[key]; d != nil {
		return d, sarOK
	}
	d := &drawer{dir: s.dir}
	if s.kdf == "light" {
		d.opts = append(d.opts, softkey.WithKDF(1, 64, 1))
	}
	if s.space > 0 {
		d.opts = append(d.opts, softkey.WithSpace(s.space, 8))
	}
	var err error
	if d.soft, err = d.open(); err != nil {
		return nil, codeOf(err)
	}
	l.drawers[key] = d
	return d, sarOK
}

// open opens the folder, also a second time with other options.
func (d *drawer) open(more ...softkey.Option) (*softkey.Driver, error) {
	return softkey.Open(d.dir, machine(), append(d.opts[:len(d.opts):len(d.opts)], more...)...)
}

func machine() service.Env {
	return service.Env{Now: time.Now, Rand: rand.Reader, NewID: rand.Text}
}

// plugs gives the serials of the tokens that are in, by insertion. The files are softkey's, whose documentation names them.
func (d *drawer) plugs() (map[string]string, error) {
	entries, err := os.ReadDir(d.dir)
	if err != nil {
		return nil, err
	}
	in := map[string]string{}
	for _, e := range entries {
		if serial, ok := strings.CutSuffix(e.Name(), ".plug"); ok {
			if plug := d.plug(serial); plug != "" {
				in[plug] = serial
			}
		}
	}
	return in, nil
}

// plug names the insertion of a token, "" where it is not in.
func (d *drawer) plug(serial string) string {
	id, err := os.ReadFile(filepath.Join(d.dir, serial+".plug"))
	if err != nil || len(id) != 16 {
		return ""
	}
	return string(id)
}

// port is a device's name. It says where the key sits and not which one it is: after each insertion it is another.
const port = "USB#"

func portNames(plugs map[string]string) []string {
	var names []string
	for plug := range plugs {
		names = append(names, port+plug)
	}
	sort.Strings(names)
	return names
}

// node gives what a handle stands for.
func (l *library) node(h uintptr, k kind) (*node, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.nodes[h]
	return n, n != nil && n.kind == k
}

// add gives a handle to n, which hangs on parent (nil for a device).
func (l *library) add(n *node, parent *node) uintptr {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last += 16
	n.id, n.root = l.last, l.last
	if parent != nil {
		n.parent, n.root, n.dev = parent.id, parent.root, parent.dev
	}
	l.nodes[n.id] = n
	return n.id
}

// drop forgets a handle with all that hang on it.
func (l *library) drop(h uintptr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dropAll(h)
}

func (l *library) dropAll(h uintptr) {
	delete(l.nodes, h)
	for id, n := range l.nodes {
		if n.parent == h {
			l.dropAll(id)
		}
	}
}

// on makes one act on the device behind a handle: alone, and only while the token is in.
func (l *library) on(h uintptr, k kind, act func(n *node, d *device) sar) sar {
	n, ok := l.node(h, k)
	if !ok {
		return sarInvalidHandle
	}
	n.dev.mu.Lock()
	defer n.dev.mu.Unlock()
	if !n.dev.present() {
		return sarRemoved
	}
	if k != isDevice && n.era != n.dev.era {
		return sarInvalidHandle
	}
	rv := act(n, n.dev)
	if rv != sarOK && !n.dev.present() {
		return sarRemoved
	}
	return rv
}

// guard is on or change.
type guard func(h uintptr, k kind, act func(n *node, d *device) sar) sar

// change is on for acts that write.
func (l *library) change(h uintptr, k kind, act func(n *node, d *device) sar) sar {
	return l.on(h, k, func(n *node, d *device) sar {
		if d.side().Protected {
			return sarWriteFile
		}
		return act(n, d)
	})
}

// call makes one function of the library with the fault it meets. h tells which token a pull means, 0 the first one.
// lie is what a lying library does; nil says success and does nothing.
func (l *library) call(name string, h uintptr, act func() sar, lie func() sar) (rv sar) {
	defer func() {
		if recover() != nil {
			rv = sarFail
		}
	}()
	s := l.env()
	switch kind := l.faults.strike(name, s.fault, s.faultFile); kind {
	case "":
		return act()
	case "lie":
		if lie != nil {
			return lie()
		}
		return sarOK
	default:
		before, after := strings.CutSuffix(kind, "-after")
		if !after {
			return l.strike(before, h, act)
		}
		rv = act()
		return l.strike(before, h, func() sar { return rv })
	}
}

// strike makes a fault, and the act where the fault lets it happen.
func (l *library) strike(kind string, h uintptr, act func() sar) sar {
	switch kind {
	case "crash":
		l.crash()
	case "hang":
		time.Sleep(hanging)
	case "slow":
		time.Sleep(slowly)
	case "fail":
		return sarFail
	case "pull":
		l.pull(h)
		if rv := act(); rv != sarOK {
			return rv
		}
		return sarRemoved
	}
	return act()
}

// pull takes a token out: the one behind h, or the first that is in.
func (l *library) pull(h uintptr) {
	l.mu.Lock()
	n := l.nodes[h]
	l.mu.Unlock()
	if n != nil {
		_ = n.dev.drawer.soft.Remove(n.dev.serial)
		return
	}
	d, rv := l.drawer()
	if rv != sarOK {
		return
	}
	if list, err := d.soft.List(context.Background()); err == nil && len(list) > 0 {
		_ = d.soft.Remove(list[0].Serial)
	}
}
