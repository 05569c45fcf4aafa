package central_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"certdesk/service"
	"certdesk/service/central"
	"certdesk/service/sm"
)

func TestJoinIssueConfirmRevoke(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	c := h.client(t, h.join(t, "0430"), "")
	must(t, c.Online(ctx))
	key := newKey(t)
	pair, err := c.Issue(ctx, wish(key, 1))
	must(t, err)
	sign, err := sm.ParseCertificate(pair.Sign)
	must(t, err)
	encrypt, err := sm.ParseCertificate(pair.Encrypt)
	must(t, err)
	if !bytes.Equal(sign.SPKI, key.PublicKey()) || len(pair.Chain) != 2 {
		t.Fatal("not the pair asked for")
	}
	own, err := sm.OpenEnvelope(key, pair.Envelope)
	must(t, err)
	if !bytes.Equal(own.PublicKey(), encrypt.SPKI) {
		t.Fatal("the envelope holds another key")
	}
	must(t, c.Confirm(ctx, pair))
	must(t, c.Confirm(ctx, pair))
	serial := sm.SerialText(sign.Serial)
	must(t, c.Revoke(ctx, serial, 4))
	must(t, c.Revoke(ctx, serial, 4))
	der, err := c.CRL(ctx)
	must(t, err)
	crl, err := sm.ParseCRL(der)
	must(t, err)
	for _, n := range []*sm.Certificate{sign, encrypt} {
		if _, found := crl.Find(n.Serial); !found {
			t.Errorf("%s is not on the CRL", sm.SerialText(n.Serial))
		}
	}
}

func TestIssueAgain(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	c := h.client(t, h.join(t, "0430"), "")
	key := newKey(t)
	first, err := c.Issue(ctx, wish(key, 1))
	must(t, err)
	again, err := c.Issue(ctx, wish(key, 1))
	must(t, err)
	if !bytes.Equal(first.Sign, again.Sign) || !bytes.Equal(first.Encrypt, again.Encrypt) || !bytes.Equal(first.Envelope, again.Envelope) {
		t.Fatal("a repeat got another pair")
	}
	if bytes.Equal(first.Transaction[:16], again.Transaction[:16]) {
		t.Fatal("a repeat used the transaction again")
	}
	for name, change := range map[string]func(*service.CertRequest){
		"days":    func(r *service.CertRequest) { r.Days = 30 },
		"subject": func(r *service.CertRequest) { r.Subject.Unit = "财务部" },
		"profile": func(r *service.CertRequest) { r.Profile = "staff-sm2"; r.Subject.IDNumber = "430102199001011234" },
	} {
		r := wish(key, 1)
		change(&r)
		_, err := c.Issue(ctx, r)
		if service.CodeOf(err) != service.CAConflict {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestIssueRefusedByTheProfile(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	c := h.client(t, h.join(t, "0430"), "")
	for name, change := range map[string]func(*service.CertRequest){
		"profile":    func(r *service.CertRequest) { r.Profile = "none" },
		"format":     func(r *service.CertRequest) { r.Subject.CreditCode = "12" },
		"required":   func(r *service.CertRequest) { r.Subject.CreditCode = "" },
		"characters": func(r *service.CertRequest) { r.Subject.Organisation = "a\u202eb" },
	} {
		r := wish(newKey(t), 1)
		change(&r)
		_, err := c.Issue(ctx, r)
		if service.CodeOf(err) != service.CARefused || service.ArgsOf(err)["reason"] != name {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestIssueWithAnotherKeysProof(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	c := h.client(t, h.join(t, "0430"), "")
	key, other := newKey(t), newKey(t)
	r := wish(key, 1)
	r.Sign = func(_ context.Context, m []byte) ([]byte, error) { return other.Sign(h.env.Rand, m) }
	_, err := c.Issue(ctx, r)
	if service.CodeOf(err) != service.CARefused || service.ArgsOf(err)["reason"] != "possession" {
		t.Fatal(err)
	}
}

func TestTokenErrorsComeBackAsTheyAre(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	c := h.client(t, h.join(t, "0430"), "")
	r := wish(newKey(t), 1)
	r.Sign = func(context.Context, []byte) ([]byte, error) {
		return nil, service.E(service.TokenRemoved, "t", nil, nil)
	}
	_, err := c.Issue(ctx, r)
	wantCode(t, err, service.TokenRemoved)
}

func TestConfirmStrangersCertificates(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	a, b := h.client(t, h.join(t, "0430"), ""), h.client(t, h.join(t, "0431"), "")
	pair, err := a.Issue(ctx, wish(newKey(t), 1))
	must(t, err)
	err = b.Confirm(ctx, pair)
	if service.CodeOf(err) != service.CARefused || service.ArgsOf(err)["reason"] != "unknown" {
		t.Fatal(err)
	}
}

func TestRevokeUnknown(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	c := h.client(t, h.join(t, "0430"), "")
	wantCode(t, c.Revoke(ctx, "0123456789ABCDEF", 1), service.NotFound)
	wantCode(t, c.Revoke(ctx, "not hex", 1), service.CryptoBad)
}

func TestFeedTicketRange(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	must(t, h.svc.PutCatalog(ctx, []byte(`title = "目录"`)))
	c := h.client(t, h.join(t, "0430"), "")
	f, err := c.Feed(ctx)
	must(t, err)
	if f.Station.ID != "0430" || f.Station.Window != "一号窗口" || string(f.Catalog) != `title = "目录"` || f.Range.From != 1 || len(f.CRL) == 0 {
		t.Fatalf("%+v", f)
	}
	next, err := c.NextRange(ctx, f.Range.To)
	must(t, err)
	if next.From != f.Range.To+1 {
		t.Fatalf("%+v", next)
	}
	one, err := c.Ticket(ctx, "SK-0001", 1)
	must(t, err)
	two, err := c.Ticket(ctx, "SK-0001", 2)
	must(t, err)
	if len(one.PIN) == 0 || bytes.Equal(one.PIN, two.PIN) {
		t.Fatal("generations share a PIN")
	}
}

func TestRevokedStation(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	c := h.client(t, h.join(t, "0430"), "")
	must(t, c.Online(ctx))
	must(t, h.svc.RevokeStation(ctx, "0430"))
	wantCode(t, c.Online(ctx), service.StationUnknown)
	_, err := c.Issue(ctx, wish(newKey(t), 1))
	wantCode(t, err, service.StationUnknown)
}

func TestIdentityIsStoredAndNotPrinted(t *testing.T) {
	h := newHouse(t)
	id := h.join(t, "0430")
	text, err := json.Marshal(id)
	must(t, err)
	var back central.Identity
	must(t, json.Unmarshal(text, &back))
	must(t, h.client(t, back, "").Online(context.Background()))
	for _, s := range []string{fmt.Sprint(id), fmt.Sprintf("%+v %#v %v", id, id, id.Keys)} {
		if strings.Contains(s, fmt.Sprint(id.Keys.RA[:8])[1:20]) || len(s) > 200 {
			t.Fatalf("keys printed: %.80s", s)
		}
	}
	_, err = central.New(central.Identity{}, h.env, central.Options{})
	wantCode(t, err, service.NotJoined)
}

// Two desks' programs, or one that was started twice, ask with one idempotency key at once: one pair comes of it.
func TestIssueAtOnce(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	id, key := h.join(t, "0430"), newKey(t)
	type result struct {
		pair service.CertReply
		err  error
	}
	results := make(chan result)
	for range 6 {
		c := h.client(t, id, "")
		go func() {
			pair, err := c.Issue(ctx, wish(key, 1))
			results <- result{pair, err}
		}()
	}
	var first []byte
	for range 6 {
		r := <-results
		must(t, r.err)
		if first != nil && !bytes.Equal(first, r.pair.Sign) {
			t.Fatal("two pairs under one key")
		}
		first = r.pair.Sign
	}
}
