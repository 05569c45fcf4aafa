package module

import "certdesk/service"

const (
	maker = "certdesk"
	model = "softkey"
)

// pinless marks a token whose user PIN is not set. The device knows no such state, and PKCS #11 has it between C_InitToken and
// C_InitPIN, maybe across processes: the token then has a user PIN that nobody knows and that may be tried once. One try is
// nothing a token is made with otherwise; C_InitPIN makes the token, still empty, anew with its PIN and the usual tries.
const (
	pinless = 1
	soTries = 10
)

func hasNoPIN(info service.TokenInfo) bool {
	return !info.Initialised || info.User.Known && info.User.Max == pinless
}

// TokenInfo is CK_TOKEN_INFO; texts are not padded yet.
type TokenInfo struct {
	Label, Maker, Model, Serial string
	Flags                       uint
	Sessions, RWSessions        uint
	MaxPIN, MinPIN              uint
	Total, Free                 uint
}

// TokenInfo tells of the UKey in a slot.
func (m *Module) TokenInfo(id uint) (info TokenInfo, rv RV) {
	rv = m.call(func() RV {
		s, rv := m.occupied(id)
		if rv == OK {
			info = s.tell()
		}
		return rv
	})
	return info, rv
}

func (s *slot) tell() TokenInfo {
	i := s.info
	t := TokenInfo{Label: i.Label, Maker: maker, Model: model, Serial: shortSerial(s.serial), Flags: flags(i),
		MaxPIN: uint(i.PINRule.Max), MinPIN: uint(i.PINRule.Min), Total: uint(i.Total), Free: uint(i.Free)}
	if s.token != nil {
		t.Sessions, t.RWSessions = uint(s.token.sessions), uint(s.token.writers)
	}
	return t
}

// shortSerial fits CK_TOKEN_INFO, which has 16 characters; of a longer serial the end is what tells it from its neighbours.
func shortSerial(serial string) string {
	if len(serial) > 16 {
		return serial[len(serial)-16:]
	}
	return serial
}

func flags(i service.TokenInfo) uint {
	f := tokenRNG | tokenLoginRequired | pinFlags(i.SO)<<soShift
	if i.Initialised {
		f |= tokenInitialized
	}
	if !hasNoPIN(i) {
		f |= tokenUserPINSet | pinFlags(i.User)
	}
	return f
}

// pinFlags are the user's flags for a PIN in this state.
func pinFlags(p service.PINState) (f uint) {
	if p.Default {
		f |= tokenUserChange
	}
	switch {
	case !p.Known || !p.Set:
	case p.Left == 0:
		f |= tokenUserLocked
	case p.Left == 1 && p.Max > 1:
		f |= tokenUserFinal | tokenUserLow
	case p.Left < p.Max:
		f |= tokenUserLow
	}
	return f
}
