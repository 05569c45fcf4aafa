package biz_test

import (
	"bytes"
	"context"
	"testing"

	"certdesk/service"
	"certdesk/service/flow/flowtest"
	"certdesk/token/softkey"
)

// cutModel is a token that initialises in parts, as PKCS #11 tokens do: label, SO PIN, user PIN. The first time, the power is gone behind
// the first part. It tells neither tries nor whether an SO PIN is the maker's.
type cutModel struct {
	service.Tokens
	cuts  int
	wrong int // wrong SO PINs that it was given
}

type cutSession struct {
	service.TokenSession
	m *cutModel
}

func (m *cutModel) Open(ctx context.Context, serial string) (service.TokenSession, error) {
	s, err := m.Tokens.Open(ctx, serial)
	if err != nil {
		return nil, err
	}
	return cutSession{s, m}, nil
}

func (s cutSession) Info(ctx context.Context) (service.TokenInfo, error) {
	info, err := s.TokenSession.Info(ctx)
	untold(&info)
	info.SO.Default = false
	return info, err
}

func (s cutSession) Initialise(ctx context.Context, spec service.InitSpec) (service.TokenInfo, error) {
	if s.m.cuts > 0 {
		s.m.cuts--
		spec.NewSOPIN, spec.UserPIN = bytes.Clone(spec.SOPIN), []byte("nobody-knows")
		if _, err := s.TokenSession.Initialise(ctx, spec); err != nil {
			return service.TokenInfo{}, err
		}
		return service.TokenInfo{}, service.E(service.TokenRemoved, "test", nil, nil)
	}
	info, err := s.TokenSession.Initialise(ctx, spec)
	if service.IsCode(err, service.SOPINWrong) {
		s.m.wrong++
	}
	return info, err
}

// TestInitialisingCutOff: a token whose label is the job's and whose SO PIN is still the maker's is initialised again at the cost of one
// try, and obeys its own SO PIN in the end.
func TestInitialisingCutOff(t *testing.T) {
	h := flowtest.New(t)
	c := flowtest.Org(1)
	h.Lay(c.Token)
	m := &cutModel{cuts: 1}
	h.Model = func(tokens service.Tokens) service.Tokens { m.Tokens = tokens; return m }
	h.Restart()
	v := h.Begin(service.KindIssue, c)
	v.To("work")
	v.Wants(v.Work(), service.TokenRemoved)
	v.To("closed")
	if m.wrong != 1 {
		t.Errorf("%d wrong SO PINs", m.wrong)
	}
	v.Obeys(c.Token, 1, "1")
}

// TestInitialisingRefused: where neither SO PIN is the right one, no second press of the key costs another try.
func TestInitialisingRefused(t *testing.T) {
	h := flowtest.New(t)
	c := flowtest.Org(1)
	h.Lay(c.Token)
	s, err := h.Drawer.Open(t.Context(), c.Token)
	h.Must(err)
	_, err = s.Initialise(t.Context(), service.InitSpec{Label: "another's", SOPIN: []byte(softkey.FactorySOPIN), NewSOPIN: []byte("somebody-else"), UserPIN: []byte("nobody-knows")})
	h.Must(err)
	h.Must(s.Close())
	m := &cutModel{}
	h.Model = func(tokens service.Tokens) service.Tokens { m.Tokens = tokens; return m }
	h.Restart()
	v := h.Begin(service.KindIssue, c)
	v.To("work")
	for range 4 {
		if err := v.Work(); !service.IsCode(err, service.SOPINWrong, service.MustDecide) {
			t.Fatal(err)
		}
	}
	if m.wrong != 1 {
		t.Errorf("%d wrong SO PINs", m.wrong)
	}
}
