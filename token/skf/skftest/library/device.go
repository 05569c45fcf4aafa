package main

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"strings"
	"sync"
	"time"

	"github.com/emmansun/gmsm/sm4"

	"certdesk/service"
)

// device is one insertion of a token. All handles of this process on it share the soft token's one session, and with it who is
// logged in; it is opened when the first act needs it and closed with the last handle.
type device struct {
	drawer       *drawer
	serial, plug string
	refs         int // guarded by the library

	mu      sync.Mutex // one act at a time
	session service.TokenSession
	owner   uintptr // the handle that holds SKF_LockDev
	user    bool    // the user's PIN was right
	admin   bool    // the administrator's PIN was right
	era     int     // counts the applications that were made and deleted: handles of an earlier one are dead
}

func (d *device) present() bool { return d.drawer.plug(d.serial) == d.plug }

// open gives the session; SAR_FAIL while another handle or another process holds the device.
func (d *device) open(n *node) (service.TokenSession, sar) {
	if d.owner != 0 && d.owner != n.root {
		return nil, sarFail
	}
	if d.session == nil {
		s, err := d.drawer.soft.Open(context.Background(), d.serial)
		if err != nil {
			return nil, codeOf(err)
		}
		d.session = s
	}
	return d.session, sarOK
}

// shut closes the session and ends every login.
func (d *device) shut() {
	d.user, d.admin = false, false
	if d.session != nil {
		_ = d.session.Close()
		d.session = nil
	}
}

// info is what reads without a session, so also while another process has the token.
func (d *device) info() (service.TokenInfo, sar) {
	list, err := d.drawer.soft.List(context.Background())
	if err != nil {
		return service.TokenInfo{}, codeOf(err)
	}
	for _, info := range list {
		if info.Serial == d.serial {
			return info, sarOK
		}
	}
	return service.TokenInfo{}, sarRemoved
}

func (l *library) enumDev() ([]byte, sar) {
	d, rv := l.drawer()
	if rv != sarOK {
		return nil, rv
	}
	plugs, err := d.plugs()
	if err != nil {
		return nil, sarFail
	}
	return nameList(portNames(plugs)), sarOK
}

// find gives the token that sits in a port; SAR_DEVICE_REMOVED where none does.
func (l *library) find(name string) (d *drawer, serial, plug string, rv sar) {
	plug, ok := strings.CutPrefix(name, port)
	if !ok {
		return nil, "", "", sarInvalidParam
	}
	if d, rv = l.drawer(); rv != sarOK {
		return nil, "", "", rv
	}
	plugs, err := d.plugs()
	if err != nil {
		return nil, "", "", sarFail
	}
	if serial = plugs[plug]; serial == "" {
		return nil, "", "", sarRemoved
	}
	return d, serial, plug, sarOK
}

func (l *library) connect(name string) (uintptr, sar) {
	dr, serial, plug, rv := l.find(name)
	if rv != sarOK {
		return 0, rv
	}
	l.mu.Lock()
	d := l.devices[plug]
	if d == nil {
		d = &device{drawer: dr, serial: serial, plug: plug}
		l.devices[plug] = d
	}
	d.refs++
	l.mu.Unlock()
	return l.add(&node{kind: isDevice, dev: d}, nil), sarOK
}

// disconnect forgets a device's handle with all that hang on it; the last one ends the session.
func (l *library) disconnect(h uintptr) sar {
	n, ok := l.node(h, isDevice)
	if !ok {
		return sarInvalidHandle
	}
	n.dev.mu.Lock()
	defer n.dev.mu.Unlock()
	if n.dev.owner == h {
		n.dev.owner = 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.nodes[h] == nil {
		return sarInvalidHandle
	}
	l.dropAll(h)
	if n.dev.refs--; n.dev.refs == 0 {
		delete(l.devices, n.dev.plug)
		n.dev.shut()
	}
	return sarOK
}

// lock waits for the device until no other handle and no other process has it; 0xFFFFFFFF milliseconds are for ever.
func (l *library) lock(h uintptr, timeout uint64) sar {
	const pause = 5 * time.Millisecond
	for waited := time.Duration(0); ; waited += pause {
		busy := false
		rv := l.on(h, isDevice, func(n *node, d *device) sar {
			busy = d.owner != 0 && d.owner != h
			if busy {
				return sarTimeout
			}
			if _, rv := d.open(n); rv != sarOK {
				busy = rv == sarFail
				return rv
			}
			d.owner = h
			return sarOK
		})
		if !busy {
			return rv
		}
		if timeout != 0xFFFFFFFF && waited >= time.Duration(timeout)*time.Millisecond {
			return sarTimeout
		}
		time.Sleep(pause)
	}
}

func (l *library) unlock(h uintptr) sar {
	return l.on(h, isDevice, func(n *node, d *device) sar {
		if d.owner != h {
			return sarFail
		}
		d.owner = 0
		return sarOK
	})
}

func (l *library) devInfo(h uintptr, lying bool) (blob []byte, rv sar) {
	rv = l.on(h, isDevice, func(n *node, d *device) sar {
		info, rv := d.info()
		if rv != sarOK {
			return rv
		}
		s, label := d.side(), info.Label
		if s.Label != "" {
			label = s.Label
		}
		if s.Serial != "" {
			info.Serial = s.Serial
		}
		if lying {
			label = "\xff\xfe\x80label\xc3"
		}
		blob = l.layout.devInfo(info, label)
		return sarOK
	})
	return blob, rv
}

func (l *library) setLabel(h uintptr, label string) sar {
	if label == "" || len(label) > l.env().labelMax {
		return sarNameLen
	}
	return l.change(h, isDevice, func(_ *node, d *device) sar {
		s := d.side()
		s.Label = label
		return d.saveSide(s)
	})
}

func (l *library) random(h uintptr, n int) (out []byte, rv sar) {
	rv = l.on(h, isDevice, func(node *node, _ *device) sar {
		out = make([]byte, n)
		if _, err := rand.Read(out); err != nil {
			return sarFail
		}
		node.random = append(node.random[:0], out...)
		return sarOK
	})
	return out, rv
}

// devAuth checks the 16 bytes that a host makes of the last 8 random ones: SM4-ECB under the device key of those and 8 zeros.
func (l *library) devAuth(h uintptr, data []byte) sar {
	return l.on(h, isDevice, func(n *node, d *device) sar {
		if len(n.random) != 8 || len(data) != 16 {
			return sarDataLen
		}
		block, err := sm4.NewCipher(d.side().authKey())
		if err != nil {
			return sarFail
		}
		want := make([]byte, 16)
		block.Encrypt(want, append(n.random, make([]byte, 8)...))
		n.random = nil
		n.auth = subtle.ConstantTimeCompare(want, data) == 1
		if !n.auth {
			return sarData
		}
		return sarOK
	})
}

func (l *library) changeAuthKey(h uintptr, key []byte) sar {
	return l.change(h, isDevice, func(n *node, d *device) sar {
		switch {
		case !n.auth:
			return sarNotLoggedIn
		case len(key) != 16:
			return sarDataLen
		}
		s := d.side()
		s.AuthKey = key
		return d.saveSide(s)
	})
}
