package module

import (
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"
	"time"

	"certdesk/service"
)

// slot is where one UKey is plugged in. It is the UKey's own: the same serial always has the same slot, in every process, and keeps
// it while the UKey is out.
type slot struct {
	id     uint
	serial string
	in     bool
	stands string            // the insertion, where in
	info   service.TokenInfo // as last seen, where in
	token  *device           // what this process does with it; nil without sessions
}

// refresh looks what is plugged in now.
func (m *Module) refresh() RV {
	if err := m.open(); err != nil {
		return failed(err)
	}
	var list []service.TokenInfo
	if m.drawer != nil {
		var err error
		if list, err = m.drawer.List(background()); err != nil {
			return failed(err)
		}
	}
	for _, s := range m.slots {
		s.in = false
	}
	for _, info := range list {
		s := m.slotOf(info.Serial)
		s.in, s.info = true, info
		if id, err := m.drawer.Insertion(info.Serial); err == nil {
			s.stands = id
		}
	}
	for _, s := range m.slots {
		if s.token != nil {
			s.token.alive()
		}
	}
	return OK
}

// slotOf gives a serial's slot. Its number is the first 31 bits of the serial's SHA-256, counted on where that is taken.
func (m *Module) slotOf(serial string) *slot {
	sum := sha256.Sum256([]byte(serial))
	id := uint(binary.BigEndian.Uint32(sum[:]) >> 1)
	for ; m.slots[id] != nil; id++ {
		if m.slots[id].serial == serial {
			return m.slots[id]
		}
	}
	s := &slot{id: id, serial: serial}
	m.slots[id] = s
	return s
}

func (m *Module) present() map[string]bool {
	in := map[string]bool{}
	for _, s := range m.slots {
		if s.in {
			in[s.serial] = true
		}
	}
	return in
}

// SlotList gives the slots in order of their UKeys' serials: those with one in, or also those whose UKey was pulled meanwhile.
func (m *Module) SlotList(withToken bool) (ids []uint, rv RV) {
	rv = m.call(func() RV {
		if rv := m.refresh(); rv != OK {
			return rv
		}
		all := slices.SortedFunc(maps.Values(m.slots), func(a, b *slot) int { return compare(a.serial, b.serial) })
		for _, s := range all {
			if s.in || !withToken {
				ids = append(ids, s.id)
			}
		}
		return OK
	})
	return ids, rv
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// SlotInfo is CK_SLOT_INFO.
type SlotInfo struct {
	Description, Maker string
	Flags              uint
}

// SlotInfo tells of a slot and whether a UKey is in.
func (m *Module) SlotInfo(id uint) (info SlotInfo, rv RV) {
	rv = m.call(func() RV {
		s, rv := m.look(id)
		if rv != OK {
			return rv
		}
		info = SlotInfo{Description: "certdesk soft UKey " + s.serial, Maker: maker, Flags: slotRemovable}
		if s.in {
			info.Flags |= slotTokenPresent
		}
		return OK
	})
	return info, rv
}

// look gives a slot as it is now.
func (m *Module) look(id uint) (*slot, RV) {
	if rv := m.refresh(); rv != OK {
		return nil, rv
	}
	s := m.slots[id]
	if s == nil {
		return nil, SlotIDInvalid
	}
	return s, OK
}

// occupied is look for what needs a UKey that makes sense.
func (m *Module) occupied(id uint) (*slot, RV) {
	s, rv := m.look(id)
	switch {
	case rv != OK:
		return nil, rv
	case !s.in:
		return nil, TokenNotPresent
	case s.info.Free < 0:
		return nil, TokenNotRecognized
	}
	return s, OK
}

// poll is how often a caller who waits for an event looks.
const poll = 200 * time.Millisecond

// WaitForSlotEvent gives a slot whose UKey came or went since the last event, or since Initialize. Without wait it gives NoEvent
// where there is none; with it, it ends with NotInitialized when another thread calls Finalize. A UKey that was pulled and put
// back between two looks is no event; its sessions are dead all the same.
func (m *Module) WaitForSlotEvent(wait bool) (id uint, rv RV) {
	for {
		var stop chan struct{}
		rv = m.call(func() RV {
			stop = m.stop
			return m.event(&id)
		})
		if rv != NoEvent || !wait {
			return id, rv
		}
		select {
		case <-stop:
			return 0, NotInitialized
		case <-time.After(poll):
		}
	}
}

func (m *Module) event(id *uint) RV {
	if rv := m.refresh(); rv != OK {
		return rv
	}
	for _, s := range m.slots {
		if s.in != m.seen[s.serial] {
			m.seen[s.serial] = s.in
			*id = s.id
			return OK
		}
	}
	return NoEvent
}
