package module

// session is one PKCS #11 session.
type session struct {
	d      *device
	rw     bool
	found  []uint // what FindObjects still has to give; nil without a search
	search bool
	ops    map[kind]*operation
}

// kind is what an operation does; a session has one of each at a time.
type kind int

const (
	signing kind = iota
	verifying
	encrypting
	decrypting
	digesting
)

// OpenSession opens a session. A read-write one gets hold of the UKey at once.
func (m *Module) OpenSession(id, flags uint) (h uint, rv RV) {
	rv = m.call(func() RV {
		s, rv := m.occupied(id)
		if rv != OK {
			return rv
		}
		rw := flags&sessionRW != 0
		switch {
		case flags&sessionSerial == 0:
			return SessionParallel
		case !rw && s.token != nil && s.token.user == userSO:
			return SessionReadWriteSO
		}
		h, rv = m.openSession(s, rw)
		return rv
	})
	return h, rv
}

func (m *Module) openSession(s *slot, rw bool) (uint, RV) {
	d := s.token
	if d == nil {
		d = m.newDevice(s)
	}
	if rw {
		if rv := d.open(); rv != OK {
			if d.sessions == 0 {
				d.release()
			}
			return 0, rv
		}
		d.writers++
	}
	d.sessions++
	h := m.handle()
	m.sessions[h] = &session{d: d, rw: rw, ops: map[kind]*operation{}}
	return h, OK
}

// CloseSession closes a session; the last one of a token logs out. That of a pulled UKey closes too.
func (m *Module) CloseSession(h uint) RV {
	return m.call(func() RV {
		if m.sessions[h] == nil {
			return SessionHandleInvalid
		}
		m.closeSession(h)
		return OK
	})
}

func (m *Module) closeSession(h uint) {
	s := m.sessions[h]
	delete(m.sessions, h)
	s.d.sessions--
	if s.rw {
		s.d.writers--
	}
	if s.d.sessions == 0 {
		s.d.release()
	}
}

// CloseAllSessions closes the sessions of a slot.
func (m *Module) CloseAllSessions(id uint) RV {
	return m.call(func() RV {
		slot, rv := m.look(id)
		if rv != OK {
			return rv
		}
		for h, s := range m.sessions {
			if s.d.slot == slot {
				m.closeSession(h)
			}
		}
		return OK
	})
}

// SessionInfo is CK_SESSION_INFO.
type SessionInfo struct{ Slot, State, Flags uint }

// SessionInfo tells of a session.
func (m *Module) SessionInfo(h uint) (info SessionInfo, rv RV) {
	rv = m.in(h, func(s *session) RV {
		info = SessionInfo{Slot: s.d.slot.id, State: s.state(), Flags: sessionSerial}
		if s.rw {
			info.Flags |= sessionRW
		}
		return OK
	})
	return info, rv
}

// state is CKS_.
func (s *session) state() uint {
	switch {
	case s.d.user == userSO:
		return 4
	case s.rw && s.d.user == userNormal:
		return 3
	case s.rw:
		return 2
	case s.d.user == userNormal:
		return 1
	}
	return 0
}

// in makes a call on a session whose UKey is still in.
func (m *Module) in(h uint, body func(*session) RV) RV {
	return m.call(func() RV {
		s := m.sessions[h]
		if s == nil {
			return SessionHandleInvalid
		}
		if rv := s.d.here(); rv != OK {
			return rv
		}
		return body(s)
	})
}

// on is in for what needs the device itself.
func (m *Module) on(h uint, body func(*session) RV) RV {
	return m.in(h, func(s *session) RV {
		if rv := s.d.open(); rv != OK {
			return rv
		}
		return body(s)
	})
}

// writing is on for what changes objects: a read-write session, and the user logged in.
func (m *Module) writing(h uint, body func(*session) RV) RV {
	return m.on(h, func(s *session) RV {
		switch {
		case !s.rw:
			return SessionReadOnly
		case s.d.user != userNormal:
			return UserNotLoggedIn
		}
		return body(s)
	})
}
