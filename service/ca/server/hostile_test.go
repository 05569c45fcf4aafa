package server_test

import (
	"bytes"
	"context"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/cmp"
	"certdesk/service/sm"
	"certdesk/service/wire"
)

var codeForm = regexp.MustCompile(`^[a-z]+[.-][a-z]+$`)

// refusedCMP fails unless a message got a typed refusal: JSON with a code for what is no CMP, a signed CMP error for the rest.
func refusedCMP(t *testing.T, name string, status int, got []byte) {
	t.Helper()
	if status != http.StatusOK {
		if c := code(t, got); c != service.InputInvalid || status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", name, status, got)
		}
		return
	}
	m, err := cmp.Parse(got)
	must(t, err)
	s := fails(t, m)
	if s.Status != cmp.Rejection || s.Fail == 0 || len(s.Text) == 0 || !codeForm.MatchString(s.Text[0]) {
		t.Errorf("%s: %T %d %s %q", name, m.Body, s.Status, s.Fail, s.Text)
	}
}

// every is one message of each kind that has an effect.
func (d *desk) every(t *testing.T) map[string][]byte {
	t.Helper()
	issued := d.ask(t, ir(t, good), func(h *cmp.Header) { h.SetIdempotencyKey(bytes.Repeat([]byte{9}, 32)) })
	confirm, goOn := takes(t, issued)
	out := map[string][]byte{}
	out["ir"], _ = d.sealed(t, ir(t, good), keyed)
	out["certConf"], _ = d.sealed(t, confirm, goOn)
	out["rr"], _ = d.sealed(t, &cmp.RevRequests{Revocations: []cmp.Revocation{{Cert: certID(t, issued), Reason: 1}}}, none)
	return out
}

// A valid message cut off anywhere, with a bit turned in any byte (an ir; of the others every fifth), or with something behind it, is
// refused; then the very message is served, so that nothing but the change was the reason.
func TestNoDamagedMessageIsTaken(t *testing.T) {
	h := newHouse(t)
	d := h.desk(t, h.join(t, "0430"))
	sent := 0
	every := d.every(t)
	for _, kind := range []string{"ir", "certConf", "rr"} { // what is revoked cannot be confirmed any more
		der := every[kind]
		send := func(name string, b []byte) {
			sent++
			status, got := h.send(t, d.line, http.MethodPost, wire.PathCMP, wire.TypeCMP, b)
			refusedCMP(t, kind+" "+name, status, got)
		}
		step := 5
		if kind == "ir" {
			step = 1
		}
		for n := 0; n < len(der); n += step {
			send("cut", der[:n])
			bent := bytes.Clone(der)
			bent[n] ^= 1 << (n % 8)
			send("bit", bent)
			if n%(16*step) == 0 {
				send("byte missing", append(bytes.Clone(der[:n]), der[n+1:]...))
				send("byte more", append(append(bytes.Clone(der[:n]), 0), der[n:]...))
			}
		}
		send("more behind", append(bytes.Clone(der), 0))
		send("twice", append(bytes.Clone(der), der...))
		if s := fails(t, d.post(t, der)); s.Fail != 0 {
			t.Errorf("%s: the true message: %s %q", kind, s.Fail, s.Text)
		}
	}
	if log := h.log.String(); strings.Contains(log, "panic") || strings.Contains(log, "level=ERROR") {
		t.Fatal(log)
	}
	t.Logf("%d damaged messages", sent)
}

func TestRecipient(t *testing.T) {
	h := newHouse(t)
	id := h.join(t, "0430")
	d := h.desk(t, id)
	to := func(der []byte) func(*cmp.Header) { return func(h *cmp.Header) { h.Recipient = der } }
	subject := func(der []byte) []byte {
		c, err := sm.ParseCertificate(der)
		must(t, err)
		return c.RawSubject
	}
	stranger, err := sm.Subject{C: "CN", O: "另一家", CN: "CA"}.DER()
	must(t, err)
	for name, c := range map[string]struct {
		to   []byte
		fail cmp.FailInfo
	}{
		"nobody": {nil, 0}, "CMP signer": {subject(id.Anchors.CMPSigner), 0}, "issuing CA": {subject(id.Anchors.Issuing[0]), 0},
		"root": {subject(id.Anchors.Root), 0}, "another CA": {stranger, cmp.WrongAuthority}, "ourselves": {subject(id.Certificates.RA), cmp.WrongAuthority},
	} {
		if s := fails(t, d.ask(t, &cmp.General{Kind: cmp.GenM}, to(c.to))); s.Fail != c.fail {
			t.Errorf("%s: %s %q", name, s.Fail, s.Text)
		}
	}
}

// point is an SM2 SubjectPublicKeyInfo with other bytes for its point.
func point(t *testing.T, b []byte) []byte {
	t.Helper()
	key, err := sm.GenerateKey(rand.Reader)
	must(t, err)
	spki := key.PublicKey()
	if len(b) == 65 {
		return append(bytes.Clone(spki[:len(spki)-65]), b...)
	}
	// SEQUENCE { AlgorithmIdentifier, BIT STRING }: a shorter point shortens both.
	alg := spki[2 : len(spki)-65-3]
	inner := append(bytes.Clone(alg), append([]byte{3, byte(len(b) + 1), 0}, b...)...)
	return append([]byte{0x30, byte(len(inner))}, inner...)
}

func rsaKey(t *testing.T, bits int) []byte {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	must(t, err)
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	must(t, err)
	return der
}

func filled(first byte, with byte) []byte {
	return append([]byte{first}, bytes.Repeat([]byte{with}, 64)...)
}

// A proof for such a key cannot be had in every case: it is the key that is refused, or nothing is proved.
func TestWeakKeys(t *testing.T) {
	h := newHouse(t)
	d := h.desk(t, h.join(t, "0430"))
	key, err := sm.GenerateKey(rand.Reader)
	must(t, err)
	p, err := sm.Point(key.PublicKey())
	must(t, err)
	off := bytes.Clone(p)
	off[64] ^= 1
	ownCA, err := h.svc.Anchors(context.Background())
	must(t, err)
	issuing, err := sm.ParseCertificate(ownCA.Issuing)
	must(t, err)
	for name, spki := range map[string][]byte{
		"P-384": curve(t, elliptic.P384()), "P-256 unproved": curve(t, elliptic.P256()), "RSA 1024": rsaKey(t, 1024), "RSA 2048 unproved": rsaKey(t, 2048), "off the curve": point(t, off), "infinity": point(t, []byte{0}),
		"compressed off the curve": point(t, append([]byte{2}, bytes.Repeat([]byte{0xff}, 32)...)),
		"all zero":                 point(t, filled(4, 0)), "all zero, compressed": point(t, append([]byte{2}, make([]byte, 32)...)),
		"beyond the field": point(t, filled(4, 0xff)), "no point": point(t, filled(0, 0)), "hybrid": point(t, append([]byte{6 | p[64]&1}, p[1:]...)),
		"too short": point(t, p[:64]), "empty": point(t, nil), "not DER": []byte("key"), "more behind": append(bytes.Clone(key.PublicKey()), 0),
		"the issuing CA's": issuing.SPKI,
	} {
		b := ir(t, func(s, _ *cmp.CertRequest) { s.Template.SPKI = spki })
		header, err := cmp.NewHeader(rand.Reader, time.Now(), nil, nil)
		must(t, err)
		keyed(&header)
		m := &cmp.Message{Header: header, Body: b}
		der, err := m.Protect(rand.Reader, d.key, d.certs)
		if err != nil {
			continue // no message can be made of it
		}
		status, got := h.send(t, d.line, http.MethodPost, wire.PathCMP, wire.TypeCMP, der)
		refusedCMP(t, name, status, got)
	}
	weak := ir(t, good)
	if s := fails(t, d.ask(t, weak, keyed)); s.Fail != 0 {
		t.Fatalf("the refusals were not the keys': %s %q", s.Fail, s.Text)
	}
}

// proved gives the requests a proof made after other was changed, as an attacker with the key could.
func TestProofOfPossession(t *testing.T) {
	h := newHouse(t)
	d := h.desk(t, h.join(t, "0430"))
	for name, change := range map[string]func(b *cmp.CertRequests){
		"for another request": func(b *cmp.CertRequests) {
			*b = *ir(t, good)
			b.Requests[0].Template.Extensions[0].Value = bytes.Replace(b.Requests[0].Template.Extensions[0].Value, []byte("30"), []byte("31"), 1)
		},
	} {
		b := ir(t, good)
		change(b)
		header, err := cmp.NewHeader(rand.Reader, time.Now(), nil, nil)
		must(t, err)
		keyed(&header)
		m := &cmp.Message{Header: header, Body: b}
		if _, err := m.Protect(rand.Reader, d.key, d.certs); err == nil {
			t.Errorf("%s: encoded", name)
		}
	}
	// The encoder refuses such a message; so the bytes are bent and the whole is signed again.
	b := ir(t, good)
	der, _ := d.sealed(t, b, keyed)
	at := bytes.Index(der, []byte(`"days":30`))
	der[at+8] = '1'
	if s := fails(t, d.post(t, d.signAgain(t, der))); s.Fail != cmp.BadPOP {
		t.Fatalf("%s %q", s.Fail, s.Text)
	}
	der, _ = d.sealed(t, ir(t, good), keyed)
	if s := fails(t, d.post(t, d.signAgain(t, der))); s.Fail != 0 {
		t.Fatalf("signing again breaks what is whole: %s %q", s.Fail, s.Text)
	}
}

// signAgain puts a fresh signature over header and body as they stand.
func (d *desk) signAgain(t *testing.T, der []byte) []byte {
	t.Helper()
	header, body, certs := parts(t, der)
	signed := sequence(append(bytes.Clone(header), body...))
	sig, err := d.key.Sign(rand.Reader, signed)
	must(t, err)
	bits := wrap(0xa0, wrap(0x03, append([]byte{0}, sig...)))
	return sequence(bytes.Join([][]byte{header, body, bits, certs}, nil))
}

func sequence(content []byte) []byte { return wrap(0x30, content) }

// wrap writes one element in DER.
func wrap(tag byte, content []byte) []byte {
	n := len(content)
	switch {
	case n < 0x80:
		return append([]byte{tag, byte(n)}, content...)
	case n < 0x100:
		return append([]byte{tag, 0x81, byte(n)}, content...)
	}
	return append([]byte{tag, 0x82, byte(n >> 8), byte(n)}, content...)
}

// The log says what was refused by its code and holds nothing that the caller wrote.
func TestTheLogHoldsCodes(t *testing.T) {
	h := newHouse(t)
	id := h.join(t, "0430")
	c, d := h.caller(t, &id), h.desk(t, id)
	h.send(t, c, "POST", wire.PathTicket, wire.TypeJSON, []byte(`{"serial":"a","generation":1,"STRANGE":"WORDS"}`))
	h.send(t, c, "POST", wire.PathTicket, wire.TypeJSON, []byte(`{"serial":"a" STRANGE`))
	h.send(t, c, "POST", wire.PathCMP, wire.TypeCMP, []byte("STRANGE"))
	d.ask(t, &cmp.Polls{IDs: []int{1}}, none)
	d.ask(t, ir(t, func(s, _ *cmp.CertRequest) { s.Template.Extensions[0].Value = []byte("STRANGE") }), keyed)
	log := h.log.String()
	lines := strings.Split(strings.TrimSpace(log), "\n")
	form := regexp.MustCompile(`msg="?(refused|joined|issue refused)"? .*(code=[a-z.-]+|from=)`)
	for _, l := range lines {
		if !form.MatchString(l) {
			t.Errorf("not a code: %s", l)
		}
	}
	for _, s := range []string{"STRANGE", "WORDS", "invalid character", "err=", "json", "asn1"} {
		if strings.Contains(log, s) {
			t.Errorf("%q stands in the log:\n%s", s, log)
		}
	}
	if len(lines) < 6 {
		t.Fatalf("%d lines", len(lines))
	}
}
