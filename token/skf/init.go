package skf

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"certdesk/service"
	"certdesk/service/sm"
	"certdesk/token"
)

// Tries of a new application, where the profile says nothing.
const defaultTries = 10

// Initialise implements service.TokenSession. It leaves the session logged out.
//
// The SO PIN is proved to the application that is there. A token without one has nothing to prove it to: it must be the factory's of
// the profile, where that names one. Then every application is deleted, the label set, and the application made anew, in this order:
// at no instant does the job's label stand beside what was on the token before.
func (s *session) Initialise(ctx context.Context, spec service.InitSpec) (info service.TokenInfo, err error) {
	err = s.do(ctx, "Initialise", func(a *act) error {
		if err := a.checkSpec(spec); err != nil {
			return err
		}
		s.logged = false
		if err := a.prove(spec.SOPIN); err != nil {
			return err
		}
		if err := a.authenticate(); err != nil {
			return err
		}
		if err := a.renew(spec); err != nil {
			return a.unlessLogin(err)
		}
		raw, err := s.look()
		if err != nil {
			return err
		}
		info, err = s.describe(raw)
		return err
	})
	if err != nil {
		return service.TokenInfo{}, err
	}
	return info, nil
}

func (a *act) checkSpec(spec service.InitSpec) error {
	if err := token.CheckLabel(a.op(), spec.Label); err != nil {
		return err
	}
	for _, pin := range [][]byte{spec.SOPIN, spec.NewSOPIN, spec.UserPIN} {
		if err := token.CheckPIN(a.op(), a.s.d.pinRule(), pin); err != nil {
			return err
		}
	}
	return nil
}

// prove checks the SO PIN in force.
func (a *act) prove(so []byte) error {
	if a.s.app.h != 0 {
		return a.verify(admin, so)
	}
	if want := a.s.d.prof.SOPIN.Factory; want != "" && !sm.Equal([]byte(want), so) {
		return a.err(service.SOPINWrong, service.Args{"left": "?"}, nil)
	}
	return nil
}

// unlessLogin: who is not logged in when applications are made lacks the device key, and no PIN helps.
func (a *act) unlessLogin(err error) error {
	if is(err, sarNotLoggedIn) {
		return a.err(service.TokenUnsupported, service.Args{"what": "SKF_DevAuth"}, err)
	}
	return err
}

// authenticate proves the device key to the device (GM/T 0016, 7.2: SKF_DevAuth): 8 of its random bytes and 8 zeros, in ECB.
func (a *act) authenticate() error {
	p := a.s.d.prof.SKF
	if p.AuthKey == "" {
		return nil
	}
	if p.AuthAlg != "" && p.AuthAlg != "sm4" {
		return a.err(service.TokenUnsupported, service.Args{"what": p.AuthAlg}, nil)
	}
	key, err := hex.DecodeString(p.AuthKey)
	if err != nil || len(key) != 16 {
		return a.err(service.InputInvalid, service.Args{"field": "auth_key", "reason": "hex"}, nil)
	}
	defer clear(key)
	f := a.s.api.frame()
	defer f.end()
	random := f.buffer(16, 0)
	if err := f.call(fnGenRandom, uintptr(a.s.dev), random.ptr(), 8); err != nil {
		return err
	}
	clear(random.bytes()[8:])
	answer, err := sm4Block(key, random.bytes())
	if err != nil {
		return err
	}
	return f.call(fnDevAuth, uintptr(a.s.dev), f.data(answer).ptr(), uintptr(len(answer)))
}

// renew deletes what is on the token and makes the application.
func (a *act) renew(spec service.InitSpec) error {
	s := a.s
	name := s.d.prof.SKF.Application
	if name == "" {
		name = ownApplication
	}
	all := s.app.all
	s.closeApp()
	for _, old := range all {
		if err := s.api.withName(fnDeleteApplication, s.dev, old); err != nil && !is(err, sarAppNotExists) {
			s.app, _ = s.api.application(s.dev, s.d.prof.SKF.Application)
			return err
		}
	}
	s.app = opened{}
	if err := a.label(spec.Label); err != nil {
		return err
	}
	p := s.d.prof.PIN
	h, err := s.api.createApplication(s.dev, application{name: name, adminPIN: spec.NewSOPIN, adminTries: orDefault(p.SOTries),
		userPIN: spec.UserPIN, userTries: orDefault(p.Tries)})
	if err != nil {
		return err
	}
	s.app = opened{h: h, name: name, all: []string{name}}
	_ = s.clearLogin() // the application is made, whatever the library says of a login that may never have been
	return nil
}

func orDefault(tries int) int {
	if tries > 0 {
		return tries
	}
	return defaultTries
}

// label sets the device's label and sees whether it stands there. The standard wants it shorter than 32 bytes, and a job's has 32: a
// device that insists gets it in a shorter form.
func (a *act) label(text string) error {
	err := a.s.api.setLabel(a.s.dev, text)
	if short := shortLabel(text); short != "" && (err != nil && !is(err, sarRemoved) || err == nil && !a.labelled(text)) {
		err = a.s.api.setLabel(a.s.dev, short)
	}
	if err == nil && !a.labelled(text) {
		return lie("the label is another than was set")
	}
	return err
}

func (a *act) labelled(text string) bool {
	raw, err := a.s.look()
	if err != nil {
		return false
	}
	dev, err := parseDevInfo(raw, a.s.api.layout)
	return err == nil && longLabel(dev.label) == text
}

const shortMark = "~"

// shortLabel is 32 hexadecimal digits in 23 characters; "" for any other text.
func shortLabel(text string) string {
	p, err := hex.DecodeString(text)
	if err != nil || len(p) != 16 || strings.ToLower(text) != text {
		return ""
	}
	return shortMark + base64.RawURLEncoding.EncodeToString(p)
}

// longLabel undoes shortLabel, and is any other text itself.
func longLabel(text string) string {
	rest, short := strings.CutPrefix(text, shortMark)
	if p, err := base64.RawURLEncoding.DecodeString(rest); short && err == nil && len(p) == 16 {
		return hex.EncodeToString(p)
	}
	return text
}
