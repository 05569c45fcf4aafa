package tokentest

import (
	"strconv"

	"certdesk/service"
)

// model is what a token is by contract, in memory. Precedence of refusals, as every driver must have it: a closed session,
// then removed, then (for acts on keys and writes) login, then malformed input, then blank, then locked, then wrong.
type model struct {
	rule  service.PINRule
	in    bool
	label string // empty: blank
	user  mpin
	so    mpin
	boxes map[string]*mbox

	session mstate
	login   bool
}

type mpin struct {
	pin       string
	left, max int
}

type mbox struct {
	sign, enc         []byte // public keys as the token told them
	signCert, encCert []byte
}

// mstate is the current session's: the first that applies.
type mstate int

const (
	none mstate = iota
	opened
	dead // of an insertion that has ended
	closed
)

func newModel(info service.TokenInfo, soPIN string) *model {
	return &model{rule: info.PINRule, in: true, boxes: map[string]*mbox{},
		so: mpin{pin: soPIN, left: info.SO.Max, max: info.SO.Max}}
}

// usable is the code that every call of the current session gives before it looks at anything else.
func (m *model) usable() service.Code {
	switch m.session {
	case closed:
		return service.TokenFailed
	case dead:
		return service.TokenRemoved
	}
	return ""
}

// rights is usable for acts that need a login.
func (m *model) rights() service.Code {
	if code := m.usable(); code != "" {
		return code
	}
	if !m.login {
		return service.TokenLogin
	}
	return ""
}

func (m *model) fits(pin string) bool {
	for _, r := range pin {
		if r < ' ' || r > '~' {
			return false
		}
	}
	return len(pin) >= m.rule.Min && len(pin) <= m.rule.Max
}

// pins is what comes before a try: usable, format of all PINs, blank.
func (m *model) pins(pins ...string) service.Code {
	if code := m.usable(); code != "" {
		return code
	}
	for _, pin := range pins {
		if !m.fits(pin) {
			return service.PINFormat
		}
	}
	if m.label == "" {
		return service.TokenBlank
	}
	return ""
}

// try is one try of a PIN.
func (p *mpin) try(pin string, wrong, locked service.Code) service.Code {
	if p.left == 0 {
		return locked
	}
	if pin == p.pin {
		p.left = p.max
		return ""
	}
	p.left--
	if p.left == 0 {
		return locked
	}
	return wrong
}

func (m *model) tryUser(pin string) service.Code {
	code := m.user.try(pin, service.PINWrong, service.PINLocked)
	m.login = m.login && code == ""
	return code
}

// trySO ends the login whatever comes of it.
func (m *model) trySO(pin string) service.Code {
	m.login = false
	return m.so.try(pin, service.SOPINWrong, service.SOPINLocked)
}

func (m *model) doLogin(pin string) service.Code {
	code := m.pins(pin)
	if code == "" {
		code = m.tryUser(pin)
		m.login = code == ""
	}
	return code
}

func (m *model) doChangePIN(old, new string) service.Code {
	code := m.pins(old, new)
	if code == "" {
		code = m.tryUser(old)
	}
	if code == "" {
		m.user.pin = new
	}
	return code
}

func (m *model) doChangeSO(old, new string) service.Code {
	code := m.pins(old, new)
	if code == "" {
		code = m.trySO(old)
	}
	if code == "" {
		m.so.pin = new
	}
	return code
}

func (m *model) doUnblock(so, new string) service.Code {
	code := m.pins(so, new)
	if code == "" {
		code = m.trySO(so)
	}
	if code == "" {
		m.user.pin, m.user.left = new, m.user.max
	}
	return code
}

func (m *model) doInitialise(spec service.InitSpec, userMax int) service.Code {
	code := m.usable()
	switch {
	case code != "":
		return code
	case spec.Label == "":
		return service.InputRequired
	case !m.fits(string(spec.SOPIN)) || !m.fits(string(spec.NewSOPIN)) || !m.fits(string(spec.UserPIN)):
		return service.PINFormat
	}
	if code := m.trySO(string(spec.SOPIN)); code != "" {
		return code
	}
	m.label, m.boxes = spec.Label, map[string]*mbox{}
	m.so = mpin{pin: string(spec.NewSOPIN), left: m.so.max, max: m.so.max}
	m.user = mpin{pin: string(spec.UserPIN), left: userMax, max: userMax}
	return ""
}

// agrees compares what the token says of itself with the model; "" where they agree.
func (m *model) agrees(info service.TokenInfo) string {
	switch {
	case info.Initialised != (m.label != ""):
		return "initialised " + strconv.FormatBool(info.Initialised)
	case info.Label != m.label:
		return "label " + info.Label
	case info.SO.Left != m.so.left || info.SO.Locked != (m.so.left == 0):
		return "SO tries " + strconv.Itoa(info.SO.Left)
	case m.label != "" && (info.User.Left != m.user.left || info.User.Locked != (m.user.left == 0)):
		return "user tries " + strconv.Itoa(info.User.Left)
	case info.User.Set != (m.label != ""):
		return "user PIN set " + strconv.FormatBool(info.User.Set)
	}
	return ""
}
