package central_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/central"
	"certdesk/service/cmp"
	"certdesk/service/sm"
	"certdesk/service/wire"
)

func classicKey(t *testing.T, alg service.KeyAlg) crypto.Signer {
	t.Helper()
	if alg == service.AlgP256 {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		must(t, err)
		return k
	}
	k, err := rsa.GenerateKey(rand.Reader, map[service.KeyAlg]int{service.AlgRSA: 2048, service.AlgRSA3072: 3072}[alg])
	must(t, err)
	return k
}

// singleWish asks for a single certificate for key.
func singleWish(t *testing.T, alg service.KeyAlg, key crypto.Signer, n byte) service.CertRequest {
	t.Helper()
	spki, err := x509.MarshalPKIXPublicKey(key.Public())
	must(t, err)
	r := wish(newKey(t), 1)
	r.Key, r.Alg, r.PublicKey, r.Profile = [32]byte{n}, alg, spki, "org-"+string(alg.Family())
	r.Sign = func(_ context.Context, m []byte) ([]byte, error) {
		sum := sha256.Sum256(m)
		return key.Sign(rand.Reader, sum[:], crypto.SHA256)
	}
	return r
}

// TestSingle: a station that joined before the centre had any other hierarchy learns each when it first needs it, over the line and
// under the proof of the pinned root. Confirm, revoke and the list of the family work by what the station has.
func TestSingle(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	early := h.join(t, "0430")
	c := h.client(t, early, "")
	if list, err := c.Others(ctx); err != nil || len(list) != 0 || len(early.Anchors.Others) != 0 {
		t.Fatalf("%d hierarchies before any was needed: %v", len(list), err)
	}
	for n, alg := range []service.KeyAlg{service.AlgP256, service.AlgRSA, service.AlgRSA3072} {
		must(t, h.svc.Found(ctx, alg.Family())) // RSA keys can take longer than a test's line waits
		r := singleWish(t, alg, classicKey(t, alg), byte(n+1))
		got, err := c.Issue(ctx, r)
		must(t, err)
		if got.Encrypt != nil || got.Envelope != nil || len(got.Chain) != 2 || len(got.Certificates()) != 1 {
			t.Fatalf("%s: more than one certificate", alg)
		}
		must(t, sm.StandardOpinion(got.Sign, got.Chain[0], nil, nil))
		again, err := c.Issue(ctx, r)
		must(t, err)
		if !bytes.Equal(again.Sign, got.Sign) {
			t.Fatalf("%s: a repeat got another", alg)
		}
		must(t, c.Confirm(ctx, got))
		must(t, c.Confirm(ctx, got))
		serial := serialOf(t, got.Sign)
		must(t, h.client(t, early, "").Revoke(ctx, serial, 1)) // a client that has learnt nothing yet
		must(t, c.Revoke(ctx, serial, 1))
		der, err := c.CRLOf(ctx, alg.Family())
		must(t, err)
		list, err := sm.ParseCRL(der)
		must(t, err)
		number, err := sm.ParseSerial(serial)
		must(t, err)
		if _, on := list.Find(number); !on {
			t.Errorf("%s: revoked and not listed", alg)
		}
	}
	wantCode(t, c.Revoke(ctx, "77", 1), service.NotFound)
	f, err := h.client(t, early, "").Feed(ctx)
	must(t, err)
	late := h.join(t, "0431")
	if len(f.Others) != 2 || len(late.Anchors.Others) != 2 || len(f.Others[0].CRL) == 0 {
		t.Fatalf("the feed tells of %d, a join of %d", len(f.Others), len(late.Anchors.Others))
	}
	_, err = h.client(t, late, "").Issue(ctx, singleWish(t, service.AlgP256, classicKey(t, service.AlgP256), 9))
	must(t, err)
}

// TestSingleKeyMustFit: the key is what the request says, or the token's answer is not sent anywhere.
func TestSingleKeyMustFit(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	c := h.client(t, h.join(t, "0430"), "")
	p256 := singleWish(t, service.AlgP256, classicKey(t, service.AlgP256), 1)
	for name, change := range map[string]func(*service.CertRequest){
		"RSA asked, P-256 came": func(r *service.CertRequest) { r.Alg = service.AlgRSA },
		"SM2 asked, P-256 came": func(r *service.CertRequest) { r.Alg = service.AlgSM2 },
		"nothing said":          func(r *service.CertRequest) { r.Alg = "" },
		"P-256 asked, SM2 came": func(r *service.CertRequest) { r.PublicKey = newKey(t).PublicKey() },
		"an unknown algorithm":  func(r *service.CertRequest) { r.Alg = "dsa" },
		"3072 asked, 2048 came": func(r *service.CertRequest) {
			*r = singleWish(t, service.AlgRSA, classicKey(t, service.AlgRSA), 1)
			r.Alg = service.AlgRSA3072
		},
		"a key off its own curve": func(r *service.CertRequest) {
			r.PublicKey = bytes.Clone(r.PublicKey)
			r.PublicKey[len(r.PublicKey)-1] ^= 1
		},
	} {
		r := p256
		change(&r)
		if _, err := c.Issue(ctx, r); !service.IsCode(err, service.CryptoBad) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if a, err := h.svc.Anchors(ctx); err != nil || len(a.Others) != 0 {
		t.Errorf("the centre was asked: %v", err)
	}
}

// otherCA is a P-256 hierarchy of a liar's.
type otherCA struct {
	key           *ecdsa.PrivateKey
	root, issuing *x509.Certificate
}

func newOtherCA(t *testing.T) otherCA {
	t.Helper()
	o := otherCA{key: classicKey(t, service.AlgP256).(*ecdsa.PrivateKey)}
	o.root = o.certify(t, caTemplate("root"), &o.key.PublicKey, nil)
	o.issuing = o.certify(t, caTemplate("issuing"), &o.key.PublicKey, o.root)
	return o
}

func caTemplate(cn string) *x509.Certificate {
	return &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: cn}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().AddDate(9, 0, 0), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign}
}

func (o otherCA) certify(t *testing.T, spec *x509.Certificate, key crypto.PublicKey, parent *x509.Certificate) *x509.Certificate {
	t.Helper()
	if parent == nil {
		parent = spec
	}
	der, err := x509.CreateCertificate(rand.Reader, spec, parent, key, o.key)
	must(t, err)
	c, err := x509.ParseCertificate(der)
	must(t, err)
	return c
}

// endorsed is the hierarchy as the liar's own SM2 root answers for it.
func (o otherCA) endorsed(t *testing.T, by *sm.PrivateKey, family string) wire.OtherCA {
	t.Helper()
	proof, err := by.Sign(rand.Reader, sm.Endorsement(service.Family(family), o.root.Raw))
	must(t, err)
	return wire.OtherCA{Family: family, Root: o.root.Raw, Issuing: o.issuing.Raw, Proof: proof}
}

// TestLyingCentreSingle: a certificate of another issuer, for another key, holder, use or time, of another kind or with something beside
// it is refused, however well the answer is signed.
func TestLyingCentreSingle(t *testing.T) {
	h := newHouse(t)
	id, l := h.join(t, "0430"), newLiar(t, h, honest)
	mine, other := newOtherCA(t), newOtherCA(t)
	key := classicKey(t, service.AlgP256)
	leaf := func(change func(*x509.Certificate)) []byte {
		name, err := sm.Subject{C: "CN", O: "湘江贸易有限公司", CN: "湘江贸易有限公司"}.DER()
		must(t, err)
		spec := &x509.Certificate{SerialNumber: big.NewInt(99), RawSubject: name, NotBefore: time.Now().Add(-time.Minute), NotAfter: time.Now().AddDate(0, 0, 365),
			BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyAgreement,
			ExtraExtensions: []pkix.Extension{number(4, "91430100MA4L16QH7R")}}
		change(spec)
		return mine.certify(t, spec, key.Public(), mine.issuing).Raw
	}
	true1 := leaf(func(*x509.Certificate) {})
	alone := func(der []byte) func(*cmp.CertReplies) {
		return func(b *cmp.CertReplies) { b.Replies = []cmp.CertReply{{Certificate: der}} }
	}
	changed := func(change func(*x509.Certificate)) func(*cmp.CertReplies) { return alone(leaf(change)) }
	renamed := func(f sm.Subject) func(*x509.Certificate) {
		return func(c *x509.Certificate) { c.RawSubject, _ = f.DER() }
	}
	by := func(o otherCA, key crypto.PublicKey) []byte {
		c, err := x509.ParseCertificate(true1)
		must(t, err)
		spec := &x509.Certificate{SerialNumber: big.NewInt(98), RawSubject: c.RawSubject, NotBefore: c.NotBefore, NotAfter: c.NotAfter,
			BasicConstraintsValid: true, KeyUsage: c.KeyUsage, ExtraExtensions: []pkix.Extension{number(4, "91430100MA4L16QH7R")}}
		return o.certify(t, spec, key, o.issuing).Raw
	}
	for _, c := range []struct {
		name, want string
		reply      func(*cmp.CertReplies)
	}{
		{"nothing", "", alone(true1)},
		{"another issuer", "ca.untrusted issuer", alone(by(other, key.Public()))},
		{"another key", "ca.mismatch key", alone(by(mine, classicKey(t, service.AlgP256).Public()))},
		{"an SM2 pair", "ca.garbage ", func(*cmp.CertReplies) {}},
		{"an SM2 certificate", "ca.mismatch algorithm", func(b *cmp.CertReplies) { b.Replies = b.Replies[:1] }},
		{"an envelope too", "ca.mismatch envelope", func(b *cmp.CertReplies) {
			b.Replies = []cmp.CertReply{{Certificate: true1, Envelope: b.Replies[1].Envelope}}
		}},
		{"twice", "ca.garbage ", func(b *cmp.CertReplies) {
			b.Replies = []cmp.CertReply{{Certificate: true1}, {ID: 1, Certificate: true1}}
		}},
		{"accepted, and nothing", "ca.garbage ", func(b *cmp.CertReplies) { b.Replies = []cmp.CertReply{{}} }},
		{"another id", "ca.garbage ", func(b *cmp.CertReplies) { b.Replies = []cmp.CertReply{{ID: 1, Certificate: true1}} }},
		{"a CA", "ca.mismatch algorithm", changed(func(c *x509.Certificate) { c.IsCA, c.KeyUsage = true, c.KeyUsage|x509.KeyUsageCertSign })},
		{"no agreement", "ca.mismatch usage", changed(func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageDigitalSignature })},
		{"usage of RSA", "ca.mismatch usage", changed(func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment })},
		{"that issues", "ca.mismatch usage", changed(func(c *x509.Certificate) { c.KeyUsage |= x509.KeyUsageCertSign })},
		{"another name", "ca.mismatch name", changed(renamed(sm.Subject{C: "CN", O: "湘江贸易有限公司", CN: "别家"}))},
		{"another firm", "ca.mismatch name", changed(renamed(sm.Subject{C: "CN", O: "别家", CN: "湘江贸易有限公司"}))},
		{"another code", "ca.mismatch name", changed(func(c *x509.Certificate) { c.ExtraExtensions = []pkix.Extension{number(4, "91430100MA4L16QH7X")} })},
		{"longer", "ca.mismatch period", changed(func(c *x509.Certificate) { c.NotAfter = c.NotAfter.AddDate(0, 0, 3) })},
		{"over", "ca.untrusted expired", changed(func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = time.Now().AddDate(-1, 0, 0), time.Now().AddDate(0, 0, -1)
		})},
		{"not begun", "ca.untrusted not-yet", changed(func(c *x509.Certificate) { c.NotBefore = time.Now().AddDate(0, 0, 1) })},
	} {
		client := l.client(id, func(s *lie) {
			s.sign.SPKI, s.recipient = l.root.PublicKey(), l.root.PublicKey()
			s.reply = c.reply
		}, mine.endorsed(t, l.root.PrivateKey, "p256"))
		got, err := client.Issue(context.Background(), singleWish(t, service.AlgP256, key, 1))
		if says(err) != c.want {
			t.Errorf("%s: want %q, got %v", c.name, c.want, err)
		}
		if err != nil && (got.Sign != nil || got.Chain != nil) {
			t.Errorf("%s: something came back beside the error", c.name)
		}
	}
}

// TestUnendorsed: a hierarchy that the pinned SM2 root has not answered for is believed nowhere: not when it is asked for, not in a feed,
// not in a stored identity.
func TestUnendorsed(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	id := h.join(t, "0430")
	mine, stranger := newOtherCA(t), newKey(t)
	first, err := h.client(t, id, "").Issue(ctx, singleWish(t, service.AlgP256, classicKey(t, service.AlgP256), 1))
	must(t, err)
	true1, err := h.client(t, id, "").Others(ctx)
	must(t, err)
	good := true1[0]
	with := func(change func(*wire.OtherCA)) wire.OtherCA { o := good; change(&o); return o }
	for name, o := range map[string]wire.OtherCA{
		"by a stranger":      mine.endorsed(t, stranger, "p256"),
		"another root":       with(func(o *wire.OtherCA) { o.Root, o.Issuing = mine.root.Raw, mine.issuing.Raw }),
		"another issuing CA": with(func(o *wire.OtherCA) { o.Issuing = mine.issuing.Raw }),
		"another family":     with(func(o *wire.OtherCA) { o.Family = "rsa" }),
		"no proof":           with(func(o *wire.OtherCA) { o.Proof = []byte{0x30, 0} }),
		"a leaf for a CA":    with(func(o *wire.OtherCA) { o.Issuing = first.Sign }),
		"no certificate":     with(func(o *wire.OtherCA) { o.Issuing = []byte{0x30, 0} }),
	} {
		c := h.client(t, id, h.says(t, func(m any) {
			switch m := m.(type) {
			case *wire.Anchors:
				m.Others = []wire.OtherCA{o}
			case *wire.Feed:
				m.Others = []wire.OtherCA{o}
			}
		}))
		if _, err := c.Issue(ctx, singleWish(t, service.AlgP256, classicKey(t, service.AlgP256), 1)); err == nil {
			t.Errorf("%s: issued", name)
		}
		if list, err := c.Others(ctx); !service.IsCode(err, service.CAUntrusted, service.CryptoBad) || list != nil {
			t.Errorf("%s: believed: %v", name, err)
		}
		if _, err := c.Feed(ctx); !service.IsCode(err, service.CAUntrusted, service.CryptoBad) {
			t.Errorf("%s: in a feed: %v", name, err)
		}
		stored := id
		stored.Anchors.Others = []wire.OtherCA{o}
		if _, err := central.New(stored, h.env, quick()); err == nil {
			t.Errorf("%s: in an identity", name)
		}
	}
	feed := h.client(t, id, h.says(t, func(m any) {
		if f, ok := m.(*wire.Feed); ok {
			f.Others[0].CRL = f.CRL // the SM2 list in the place of another
		}
	}))
	if _, err := feed.Feed(ctx); !service.IsCode(err, service.CAUntrusted) {
		t.Errorf("another family's list: %v", err)
	}
}

// says is a centre whose anchors and feed are changed on the way.
func (h *house) says(t *testing.T, change func(any)) string {
	t.Helper()
	return h.between(t, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		var m wire.Message
		switch r.URL.Path {
		case wire.PathAnchors:
			m = &wire.Anchors{}
		case wire.PathFeed:
			m = &wire.Feed{}
		default:
			next.ServeHTTP(w, r)
			return
		}
		rec := httptest.NewRecorder()
		next.ServeHTTP(rec, r)
		if err := wire.Decode(rec.Body.Bytes(), m); err != nil {
			t.Error(err)
		}
		change(m)
		body, err := wire.Encode(m)
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", wire.TypeJSON)
		_, _ = w.Write(body)
	})
}

// TestSingleLineBroken: the hierarchy cannot be fetched after the certificate came. Nothing is believed, the outcome is open, and a repeat
// gets the stored certificate.
func TestSingleLineBroken(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	id := h.join(t, "0430")
	r := singleWish(t, service.AlgP256, classicKey(t, service.AlgP256), 1)
	got, err := h.client(t, id, h.lose(t, wire.PathAnchors, 99)).Issue(ctx, r)
	if !service.IsCode(err, service.CAUnreachable, service.CASlow) || got.Sign != nil {
		t.Fatalf("%v", err)
	}
	_, err = h.client(t, id, "").Issue(ctx, r)
	must(t, err)
	serial := serialOf(t, mustIssue(t, h, id, r).Sign)
	err = h.client(t, id, h.lose(t, wire.PathAnchors, 99)).Revoke(ctx, serial, 4)
	if !service.IsCode(err, service.CAUnreachable, service.CASlow) {
		t.Fatalf("whether there is such a certificate is open: %v", err)
	}
}

func mustIssue(t *testing.T, h *house, id central.Identity, r service.CertRequest) service.CertReply {
	t.Helper()
	got, err := h.client(t, id, "").Issue(context.Background(), r)
	must(t, err)
	return got
}
