package ca_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/asn1"
	"reflect"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/ca"
	"certdesk/service/sm"
)

func TestJoin(t *testing.T) {
	c := found(t)
	code := c.invite("0430")
	parsed, err := ca.ParseJoinCode(code.String())
	if err != nil || parsed != code {
		t.Fatalf("printed code reads as %+v, %v", parsed, err)
	}
	m := newMachine(t, parsed)
	m.request.RAProof, err = m.ra.Sign(rand.Reader, m.request.Transcript())
	ok(t, err)
	r, err := c.Join(c.ctx(), m.request)
	ok(t, err)
	if r.Anchors.Fingerprint() != code.Fingerprint {
		t.Fatal("the anchors are not those of the join code")
	}
	chain, root := []*sm.Certificate{cert(t, r.Anchors.Issuing)}, cert(t, r.Anchors.Root)
	for name, part := range map[string]struct{ der, spki []byte }{
		"RA": {r.RACert, m.request.RAKey}, "events": {r.EventsCert, m.request.EventsKey}, "bundle": {r.BundleCert, m.request.BundleKey},
	} {
		x := cert(t, part.der)
		if err := sm.VerifyChain(x, chain, root, c.now()); err != nil || !bytes.Equal(x.SPKI, part.spki) {
			t.Errorf("%s certificate: %v", name, err)
		}
		cmcRA := asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 28}
		if x.HasEKU(cmcRA) != (name == "RA") {
			t.Errorf("%s certificate and cmcRA: %v", name, x.EKU)
		}
	}
	ra, err := c.RACert(c.ctx(), "0430")
	if err != nil || !bytes.Equal(ra, r.RACert) {
		t.Fatalf("RACert: %v", err)
	}
}

func TestJoinOnce(t *testing.T) {
	c := found(t)
	code := c.invite("0430")
	m := newMachine(t, code)
	first, err := c.Join(c.ctx(), m.request)
	ok(t, err)
	c.pass(time.Hour)
	second, err := c.Join(c.ctx(), m.request)
	ok(t, err)
	if !reflect.DeepEqual(first, second) {
		t.Fatal("the same join got another reply")
	}
	_, err = c.Join(c.ctx(), newMachine(t, code).request)
	wants(t, err, service.JoinUsed, "")
	c.pass(72 * time.Hour)
	_, err = c.Join(c.ctx(), m.request)
	wants(t, err, service.JoinExpired, "")
}

func TestJoinRefuses(t *testing.T) {
	c := found(t)
	code, other := c.invite("0430"), c.invite("0431")
	p256 := newMachine(t, code).request.TLSKey
	for name, tc := range map[string]struct {
		spoil  func(*ca.JoinRequest)
		reason string
	}{
		"wrong secret":           {func(r *ca.JoinRequest) { r.Secret = make([]byte, 16) }, "secret"},
		"no secret":              {func(r *ca.JoinRequest) { r.Secret = nil }, "secret"},
		"unknown station":        {func(r *ca.JoinRequest) { r.Station = "9999" }, "secret"},
		"another's secret":       {func(r *ca.JoinRequest) { r.Secret = other.Secret[:] }, "secret"},
		"RA key not SM2":         {func(r *ca.JoinRequest) { r.RAKey = p256 }, "ra-key"},
		"TLS key not P-256":      {func(r *ca.JoinRequest) { r.TLSKey = r.RAKey }, "tls-key"},
		"one key twice":          {func(r *ca.JoinRequest) { r.EventsKey = r.RAKey }, "same-key"},
		"one key, written twice": {func(r *ca.JoinRequest) { r.EventsKey = written(r.RAKey) }, "events-key"},
		"proof of nothing":       {func(r *ca.JoinRequest) { r.RAProof = []byte{1} }, "ra-proof"},
		"events key no key":      {func(r *ca.JoinRequest) { r.EventsKey = []byte("key") }, "events-key"},
		"proof by a stranger":    {func(r *ca.JoinRequest) { r.EventsProof, _ = smKey(t).Sign(rand.Reader, r.Transcript()) }, "events-proof"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newMachine(t, code).request
			tc.spoil(&r)
			_, err := c.Join(c.ctx(), r)
			wants(t, err, service.JoinBad, tc.reason)
		})
	}
	_, err := c.Join(c.ctx(), newMachine(t, code).request)
	ok(t, err) // refusals did not consume the code
}

func TestJoinExpires(t *testing.T) {
	c := found(t)
	m := newMachine(t, c.invite("0430"))
	c.pass(72*time.Hour + time.Second)
	_, err := c.Join(c.ctx(), m.request)
	wants(t, err, service.JoinExpired, "")
}

func TestNewInvitationReplacesTheMachine(t *testing.T) {
	c := found(t)
	lost := c.invite("0430")
	old := newMachine(t, c.invite("0430"))
	_, err := c.Join(c.ctx(), newMachine(t, lost).request)
	wants(t, err, service.JoinBad, "secret")
	old.reply, err = c.Join(c.ctx(), old.request)
	ok(t, err)
	young := newMachine(t, c.invite("0430"))
	_, err = c.StationByTLS(c.ctx(), old.reply.TLSCert)
	ok(t, err) // until the new one joins
	young.reply, err = c.Join(c.ctx(), young.request)
	ok(t, err)
	_, err = c.StationByTLS(c.ctx(), old.reply.TLSCert)
	wants(t, err, service.StationUnknown, "")
	if listed(t, c, serial(t, old.reply.RACert)) == nil || listed(t, c, serial(t, young.reply.RACert)) != nil {
		t.Fatal("the CRL does not tell the machines apart")
	}
}

func TestRevokedStation(t *testing.T) {
	c := found(t)
	m := c.joined("0430")
	ok(t, c.RevokeStation(c.ctx(), "0430"))
	ok(t, c.RevokeStation(c.ctx(), "0430"))
	wants(t, c.RevokeStation(c.ctx(), "9"), service.NotFound, "")
	_, err := c.StationByTLS(c.ctx(), m.reply.TLSCert)
	wants(t, err, service.StationUnknown, "")
	_, err = c.RACert(c.ctx(), "0430")
	wants(t, err, service.StationUnknown, "")
	_, err = c.Issue(c.ctx(), "0430", orgRequest(1, smKey(t)))
	wants(t, err, service.StationUnknown, "")
	_, err = c.Feed(c.ctx(), "0430")
	wants(t, err, service.StationUnknown, "")
	_, err = c.Join(c.ctx(), m.request)
	wants(t, err, service.JoinBad, "secret")
	if listed(t, c, serial(t, m.reply.EventsCert)) == nil {
		t.Fatal("its certificates are not on the CRL")
	}
	infos, err := c.Stations(c.ctx())
	if err != nil || len(infos) != 1 || infos[0].Revoked.IsZero() {
		t.Fatalf("list: %+v, %v", infos, err)
	}
}

// A stranger's guess is answered while an act is under way: it takes no turn among the stations.
func TestGuessesTakeNoTurn(t *testing.T) {
	c := found(t)
	r := newMachine(t, c.invite("0430")).request
	r.Secret = make([]byte, 16)
	ok(t, c.store.Act(c.ctx(), func(ca.Tx) error {
		ctx, stop := context.WithTimeout(c.ctx(), 5*time.Second)
		defer stop()
		_, err := c.Join(ctx, r)
		wants(t, err, service.JoinBad, "secret")
		return nil
	}))
}
