package server_test

import (
	"bytes"
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/ca"
	"certdesk/service/ca/server"
	"certdesk/service/cmp"
	"certdesk/service/sm"
	"certdesk/service/wire"
)

func isReplay(s cmp.StatusInfo) bool {
	return s.Fail == cmp.TransactionIDInUse && len(s.Text) == 2 && s.Text[0] == string(service.CARefused) && s.Text[1] == "reason=replay"
}

// certID names the signing certificate of an ip.
func certID(t *testing.T, m *cmp.Message) cmp.CertID {
	t.Helper()
	c, err := sm.ParseCertificate(m.Body.(*cmp.CertReplies).Replies[0].Certificate)
	must(t, err)
	return cmp.CertID{Issuer: c.RawIssuer, Serial: c.Serial}
}

// takes is the certConf for an ip.
func takes(t *testing.T, m *cmp.Message) (*cmp.CertConfirms, func(*cmp.Header)) {
	t.Helper()
	b := &cmp.CertConfirms{}
	for i, r := range m.Body.(*cmp.CertReplies).Replies {
		c, err := sm.ParseCertificate(r.Certificate)
		must(t, err)
		b.Certs = append(b.Certs, cmp.CertStatus{ID: i, Hash: cmp.CertHash(c)})
	}
	return b, func(h *cmp.Header) { h.TransactionID, h.RecipNonce = m.Header.TransactionID, m.Header.SenderNonce }
}

// A captured message is refused the second time, whatever it asked for; a fresh one that asks for the same is served.
func TestReplay(t *testing.T) {
	h := newHouse(t)
	d := h.desk(t, h.join(t, "0430"))
	ask := ir(t, good)
	issued := d.ask(t, ask, keyed)
	confirm, goOn := takes(t, issued)
	hold := &cmp.RevRequests{Revocations: []cmp.Revocation{{Cert: certID(t, issued), Reason: 6}}}
	for name, c := range map[string]struct {
		body   cmp.Body
		change func(*cmp.Header)
	}{
		"ir": {ask, keyed}, "certConf": {confirm, goOn}, "rr": {hold, none}, "genm": {&cmp.General{Kind: cmp.GenM}, none},
		"error":      {&cmp.Failure{Status: cmp.StatusInfo{Status: cmp.Rejection}}, none},
		"refused ir": {ir(t, good), keyed}, // CAConflict: another key
		"empty rr":   {&cmp.RevRequests{Revocations: []cmp.Revocation{{Cert: cmp.CertID{Issuer: []byte{0x30, 0}, Serial: certID(t, issued).Serial}}}}, none},
	} {
		der, _ := d.sealed(t, c.body, c.change)
		if s := fails(t, d.post(t, der)); isReplay(s) {
			t.Errorf("%s: refused at first: %q", name, s.Text)
		}
		if s := fails(t, d.post(t, der)); !isReplay(s) {
			t.Errorf("%s: taken twice: %s %q", name, s.Fail, s.Text)
		}
		if s := fails(t, d.ask(t, c.body, c.change)); isReplay(s) {
			t.Errorf("%s: a retry with a new nonce refused", name)
		}
	}
}

// The point of it: a hold that was lifted must not come back by the old message.
func TestReplayedHoldHasNoEffect(t *testing.T) {
	h := newHouse(t)
	d := h.desk(t, h.join(t, "0430"))
	id := certID(t, d.ask(t, ir(t, good), keyed))
	hold, _ := d.sealed(t, &cmp.RevRequests{Revocations: []cmp.Revocation{{Cert: id, Reason: 6}}}, none)
	d.post(t, hold)
	d.ask(t, &cmp.RevRequests{Revocations: []cmp.Revocation{{Cert: id, Reason: 8}}}, none)
	d.post(t, hold)
	der, err := h.svc.CRL(context.Background())
	must(t, err)
	crl, err := sm.ParseCRL(der)
	must(t, err)
	if _, found := crl.Find(id.Serial); found {
		t.Fatal("the replay put the certificate on hold again")
	}
}

// A transaction belongs to the message that opened it.
func TestTransactionOfAnother(t *testing.T) {
	h := newHouse(t)
	d := h.desk(t, h.join(t, "0430"))
	issued := d.ask(t, ir(t, good), keyed)
	same := func(h *cmp.Header) { h.TransactionID = issued.Header.TransactionID }
	if s := fails(t, d.ask(t, &cmp.General{Kind: cmp.GenM}, same)); !isReplay(s) {
		t.Fatalf("%s %q", s.Fail, s.Text)
	}
	// Another station may draw the same one.
	other := h.desk(t, h.join(t, "0431"))
	if _, ok := other.ask(t, &cmp.General{Kind: cmp.GenM}, same).Body.(*cmp.General); !ok {
		t.Fatal("two stations share their transactions")
	}
}

// Of many copies at once, and over two instances on one store, exactly one is served.
func TestReplayAtOnce(t *testing.T) {
	h := newHouse(t)
	d := h.desk(t, h.join(t, "0430"))
	second, err := server.Listen(context.Background(), h.svc, "127.0.0.1:0", server.New(h.svc, h.env, discard()))
	must(t, err)
	defer second.Close()
	der, _ := d.sealed(t, ir(t, good), keyed)
	var wait sync.WaitGroup
	served := make(chan bool, 16)
	for i := range cap(served) {
		wait.Go(func() {
			at := h.running.Addr()
			if i%2 == 1 {
				at = second.Addr()
			}
			r, err := d.line.Post("https://"+at+wire.PathCMP, wire.TypeCMP, bytes.NewReader(der))
			if err != nil {
				t.Error(err)
				return
			}
			defer r.Body.Close()
			m := parsed(t, r)
			b, ok := m.Body.(*cmp.CertReplies)
			served <- ok && b.Replies[0].Status.OK()
		})
	}
	wait.Wait()
	close(served)
	n := 0
	for ok := range served {
		if ok {
			n++
		}
	}
	if n != 1 {
		t.Fatalf("%d copies served", n)
	}
}

// The clock decides what is a replay, so it is asked for, and a station whose clock is wrong is told so.
func TestClockOfTheStation(t *testing.T) {
	h := newHouse(t)
	d := h.desk(t, h.join(t, "0430"))
	ask := &cmp.General{Kind: cmp.GenM}
	for _, c := range []struct {
		off  time.Duration
		fail cmp.FailInfo
		text []string
	}{
		{0, 0, nil}, {-9 * time.Minute, 0, nil}, {9 * time.Minute, 0, nil},
		{-11 * time.Minute, cmp.BadTime, []string{"ca.clock", "minutes=11", "reason=slow"}},
		{12*time.Minute + 30*time.Second, cmp.BadTime, []string{"ca.clock", "minutes=12", "reason=fast"}},
		{10 * 365 * 24 * time.Hour, cmp.BadTime, []string{"ca.clock", "minutes=5256000", "reason=fast"}},
		{-30 * 365 * 24 * time.Hour, cmp.BadTime, []string{"ca.clock", "minutes=15768000", "reason=slow"}},
	} {
		s := fails(t, d.ask(t, ask, func(h *cmp.Header) { h.Time = time.Now().UTC().Add(c.off) }))
		if s.Fail != c.fail || len(s.Text) != len(c.text) {
			t.Fatalf("%s: %s %q", c.off, s.Fail, s.Text)
		}
		for i := range c.text {
			if s.Text[i] != c.text[i] && i != 1 || i == 1 && s.Text[1] != c.text[1] && s.Text[1] != lessOne(c.text[1]) {
				t.Errorf("%s: %q", c.off, s.Text)
			}
		}
	}
	s := fails(t, d.ask(t, ask, func(h *cmp.Header) { h.Time = time.Time{} }))
	if s.Fail != cmp.MissingTimeStamp {
		t.Fatalf("no time: %s %q", s.Fail, s.Text)
	}
}

// lessOne: the second in which a message is made may pass before it is read.
func lessOne(arg string) string {
	return map[string]string{"minutes=11": "minutes=10", "minutes=5256000": "minutes=5255999"}[arg]
}

// Names are forgotten only when the message would be refused for its time, and they outlive a restart.
func TestNamesAreKeptAndForgotten(t *testing.T) {
	h := newHouse(t)
	d := h.desk(t, h.join(t, "0430"))
	der, header := d.sealed(t, &cmp.General{Kind: cmp.GenM}, none)
	d.post(t, der)
	again, err := ca.New(h.store, h.env, bytes.Repeat([]byte{7}, 32))
	must(t, err)
	x, err := again.Under("0430", ca.Message{Transaction: header.TransactionID, Nonce: header.SenderNonce, Sent: time.Now(), Opens: true})
	must(t, err)
	if err := x.Note(context.Background()); !service.IsCode(err, service.CARefused) {
		t.Fatalf("after a restart: %v", err)
	}
	h.passed(11 * time.Minute)
	if s := fails(t, d.post(t, der)); s.Fail != cmp.BadTime {
		t.Fatalf("%s %q", s.Fail, s.Text)
	}
	if n := h.names(t, header.TransactionID); n != 1 {
		t.Fatalf("%d names after eleven minutes", n)
	}
	h.passed(25 * time.Hour)
	d.ask(t, &cmp.General{Kind: cmp.GenM}, func(c *cmp.Header) { c.Time = h.env.Now() })
	if n := h.names(t, header.TransactionID); n != 0 {
		t.Fatalf("%d names after a day", n)
	}
}

func (h *house) names(t *testing.T, transaction []byte) (n int) {
	t.Helper()
	must(t, h.store.Read(context.Background(), func(tx ca.Tx) error {
		nonces, err := tx.Messages.Of("0430", transaction)
		n = len(nonces)
		return err
	}))
	return n
}

// What changes nothing at the centre leaves no name either: a message that is not believed.
func TestUnbelievedLeavesNoName(t *testing.T) {
	h := newHouse(t)
	d := h.desk(t, h.join(t, "0430"))
	der, header := d.sealed(t, ir(t, good), keyed)
	bent := bytes.Clone(der)
	bent[bytes.Index(bent, header.SenderNonce)+20] ^= 1 // behind the nonce, within what is signed
	h.send(t, d.line, http.MethodPost, wire.PathCMP, wire.TypeCMP, bent)
	if n := h.names(t, header.TransactionID); n != 0 {
		t.Fatal("a message that nobody signed spent the name of the true one")
	}
	d.post(t, der)
	if n := h.names(t, header.TransactionID); n != 1 {
		t.Fatalf("%d names", n)
	}
}
