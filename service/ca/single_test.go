package ca_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"io"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/ca"
	"certdesk/service/sm"
)

func spki(t *testing.T, pub any) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(pub)
	ok(t, err)
	return der
}

func p256Key(t *testing.T) []byte {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ok(t, err)
	return spki(t, &k.PublicKey)
}

func rsaKey(t *testing.T, bits int) []byte {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, bits)
	ok(t, err)
	return spki(t, &k.PublicKey)
}

// singleRequest asks for a single certificate; profile is one of organisation, staff or person.
func singleRequest(key byte, profile string, spki []byte) ca.IssueRequest {
	make := map[string]func(byte, *sm.PrivateKey) ca.IssueRequest{"org": orgRequest, "staff": staffRequest, "person": personRequest}
	kind, _, _ := strings.Cut(profile, "-")
	r := make[kind](key, new(sm.PrivateKey))
	r.Profile, r.PublicKey = profile, spki
	return r
}

func single(r service.CertReply) [][32]byte { return [][32]byte{sha256.Sum256(r.Sign)} }

// listOf is the family's CRL, verified under its issuing CA, with or without an entry for the certificate.
func listOf(t *testing.T, c *centre, f service.Family, r service.CertReply) (list *sm.CRL, on bool) {
	t.Helper()
	der, err := c.CRLOf(c.ctx(), f)
	ok(t, err)
	list, err = sm.ParseCRL(der)
	ok(t, err)
	ok(t, sm.VerifyCRL(list, cert(t, r.Chain[0])))
	_, on = list.Find(cert(t, r.Sign).Serial)
	return list, on
}

// TestSingleIssue: every profile of the other families, judged by OpenSSL and by both parsers.
func TestSingleIssue(t *testing.T) {
	c := found(t)
	c.joined("0430")
	rsa2048, at := rsaKey(t, 2048), strconv.FormatInt(c.now().Unix(), 10)
	for i, tc := range []struct {
		profile string
		spki    []byte
		usage   x509.KeyUsage
		days    int // that 100000 are cut to
		says    []string
	}{
		{"org-p256", p256Key(t), x509.KeyUsageDigitalSignature | x509.KeyUsageKeyAgreement, 1830, []string{"ecdsa-with-SHA256",
			"Digital Signature, Key Agreement\n", "URI:http://localhost/crl/p256", "1.3.6.1.4.1.32473.1.10.11", "1.2.156.10260.4.1.3:", "914403001922038216"}},
		{"staff-p256", p256Key(t), x509.KeyUsageDigitalSignature | x509.KeyUsageKeyAgreement, 1830, []string{"1.3.6.1.4.1.32473.1.10.12", "E12345678"}},
		{"person-p256", p256Key(t), x509.KeyUsageDigitalSignature | x509.KeyUsageKeyAgreement, 1830, []string{"1.3.6.1.4.1.32473.1.10.13", "CN = 欧阳·𠮷"}},
		{"org-rsa", rsa2048, x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment, 1100, []string{"sha256WithRSAEncryption", "(2048 bit)",
			"Digital Signature, Key Encipherment\n", "URI:http://localhost/crl/rsa", "1.3.6.1.4.1.32473.1.10.21"}},
		{"staff-rsa", rsaKey(t, 3072), x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment, 1100, []string{"(3072 bit)", "1.3.6.1.4.1.32473.1.10.22"}},
		{"person-rsa", rsaKey(t, 2048), x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment, 1100, []string{"1.3.6.1.4.1.32473.1.10.23", "11010519491231002X"}},
	} {
		t.Run(tc.profile, func(t *testing.T) {
			req := singleRequest(byte(i+1), tc.profile, tc.spki)
			req.Days = 100000
			r := c.issue("0430", req)
			if r.Encrypt != nil || r.Envelope != nil || len(r.Chain) != 2 {
				t.Fatal("more than one certificate")
			}
			x := cert(t, r.Sign)
			ok(t, sm.VerifyChain(x, []*sm.Certificate{cert(t, r.Chain[0])}, cert(t, r.Chain[1]), c.now()))
			ok(t, sm.StandardOpinion(r.Sign, r.Chain[0], nil, nil))
			if !bytes.Equal(x.SPKI, tc.spki) || x.KeyUsage != tc.usage || len(x.Serial.Bytes()) != 20 || x.IsCA {
				t.Errorf("usage %b, serial %x", x.KeyUsage, x.Serial)
			}
			if want := c.now().AddDate(0, 0, tc.days); x.NotAfter.Sub(want).Abs() > 24*time.Hour {
				t.Errorf("valid until %v", x.NotAfter)
			}
			verify(t, r.Sign, r.Chain[0], at)
			verify(t, r.Chain[0], r.Chain[1], at, "-x509_strict")
			out := text(t, r.Sign)
			for _, want := range append(tc.says, "C = CN", "CA:FALSE", "TLS Web Client Authentication", "X509v3 Authority Key Identifier") {
				if !strings.Contains(out, want) {
					t.Errorf("no %q in\n%s", want, out)
				}
			}
		})
	}
}

// TestSingleLife: a retry gets the same, certConf takes the SHA-256 hash, and hold, return, revocation, withdrawal and the sweep move
// the one certificate on its own family's list and on no other.
func TestSingleLife(t *testing.T) {
	c := found(t)
	c.joined("0430")
	for n, tc := range []struct {
		f       service.Family
		profile string
		key     func() []byte
	}{
		{service.FamilyP256, "org-p256", func() []byte { return p256Key(t) }},
		{service.FamilyRSA, "org-rsa", func() []byte { return rsaKey(t, 2048) }},
	} {
		next := byte(10 * (n + 1))
		issue := func() (service.CertReply, ca.IssueRequest) {
			next++
			req := singleRequest(next, tc.profile, tc.key())
			return c.issue("0430", req), req
		}
		r, req := issue()
		again := c.issue("0430", req)
		if !bytes.Equal(again.Sign, r.Sign) || !bytes.Equal(again.Chain[1], r.Chain[1]) {
			t.Fatal("a retry got another certificate")
		}
		wants(t, c.Confirm(c.ctx(), "0430", [][32]byte{sm.Sum(r.Sign)}), service.CARefused, "unknown")
		ok(t, c.Confirm(c.ctx(), "0430", single(r)))
		ok(t, c.Confirm(c.ctx(), "0430", single(r)))
		first, on := listOf(t, c, tc.f, r)
		if on {
			t.Fatal("listed before it was revoked")
		}
		for _, step := range []struct {
			reason int
			on     bool
		}{{6, true}, {8, false}, {1, true}, {4, true}} {
			ok(t, c.Revoke(c.ctx(), "0430", serial(t, r.Sign), step.reason))
			if _, on := listOf(t, c, tc.f, r); on != step.on {
				t.Fatalf("reason %d: listed %v", step.reason, on)
			}
		}
		wants(t, c.Revoke(c.ctx(), "0430", serial(t, r.Sign), 8), service.CARefused, "revoked")
		if list, _ := listOf(t, c, tc.f, r); list.Number.Cmp(first.Number) <= 0 || len(list.Revoked) != 1 {
			t.Fatalf("list %v after %v holds %d", list.Number, first.Number, len(list.Revoked))
		}
		back, req := issue()
		issued, err := c.Withdraw(c.ctx(), "0430", req.Key)
		ok(t, err)
		if _, on := listOf(t, c, tc.f, back); !issued || !on {
			t.Fatal("withdrawn and not listed")
		}
		_, err = c.Issue(c.ctx(), "0430", req)
		wants(t, err, service.CARefused, "withdrawn")
		left, _ := issue()
		c.pass(2 * time.Hour)
		if swept, err := c.SweepUnconfirmed(c.ctx(), time.Hour); err != nil || swept != 1 {
			t.Fatalf("swept %d, %v", swept, err)
		}
		if _, on := listOf(t, c, tc.f, left); !on {
			t.Fatal("nobody confirmed it, and it is not listed")
		}
		openSSLReadsTheList(t, c, tc.f, r)
	}
	if len(currentCRL(t, c).Revoked) != 0 {
		t.Fatal("the SM2 list holds certificates of another CA")
	}
}

func openSSLReadsTheList(t *testing.T, c *centre, f service.Family, r service.CertReply) {
	t.Helper()
	der, err := c.CRLOf(c.ctx(), f)
	ok(t, err)
	out := openssl(t, "crl", "-noout", "-text", "-CAfile", pemFile(t, "ca.pem", sm.EncodePEM(r.Chain...)),
		"-in", pemFile(t, "crl.pem", sm.EncodePEMType("X509 CRL", der)))
	for _, want := range []string{"verify OK", serial(t, r.Sign), "Key Compromise", "X509v3 CRL Number"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

func TestSingleRefuses(t *testing.T) {
	c := found(t)
	c.joined("0430")
	ec, weak := p256Key(t), rsaKey(t, 1024)
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	ok(t, err)
	for name, tc := range map[string]struct {
		profile string
		spki    []byte
	}{
		"SM2 for P-256": {"org-p256", smKey(t).PublicKey()}, "SM2 for RSA": {"org-rsa", smKey(t).PublicKey()}, "P-256 for RSA": {"org-rsa", ec},
		"P-256 for SM2": {"org-sm2", ec}, "RSA-1024": {"org-rsa", weak}, "P-384": {"org-p256", spki(t, &p384.PublicKey)},
		"more behind": {"org-p256", append(bytes.Clone(ec), 0)}, "nothing": {"org-rsa", nil},
	} {
		_, err := c.Issue(c.ctx(), "0430", singleRequest(1, tc.profile, tc.spki))
		if !service.IsCode(err, service.CARefused) || service.ArgsOf(err)["reason"] != "public-key" {
			t.Errorf("%s: %v", name, err)
		}
	}
	a, err := c.Anchors(c.ctx())
	ok(t, err)
	if len(a.Others) != 0 {
		t.Error("a refused request founded a hierarchy")
	}
	_, err = c.CRLOf(c.ctx(), service.FamilyRSA)
	wants(t, err, service.NotFound, "")
	c.issue("0430", singleRequest(2, "org-p256", ec))
	_, err = c.Issue(c.ctx(), "0430", singleRequest(3, "person-p256", ec))
	wants(t, err, service.CARefused, "key-taken")
	other := singleRequest(2, "org-p256", p256Key(t))
	_, err = c.Issue(c.ctx(), "0430", other)
	wants(t, err, service.CAConflict, "")
}

// TestHierarchiesAreFoundedOnce: at the first need, by whoever comes first; the SM2 root answers for each.
func TestHierarchiesAreFoundedOnce(t *testing.T) {
	c := found(t)
	c.joined("0430")
	var wg sync.WaitGroup
	replies := make([]service.CertReply, 4)
	for i := range replies {
		req := singleRequest(byte(i+1), "org-p256", p256Key(t))
		wg.Go(func() {
			var err error
			if replies[i], err = c.Issue(c.ctx(), "0430", req); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, r := range replies {
		if !bytes.Equal(r.Chain[1], replies[0].Chain[1]) {
			t.Fatal("two roots")
		}
		ok(t, sm.VerifyIssued(cert(t, r.Sign), cert(t, r.Chain[0])))
	}
	ok(t, c.Found(c.ctx(), service.OtherFamilies()...))
	a, err := c.Anchors(c.ctx())
	ok(t, err)
	if len(a.Others) != 2 || !bytes.Equal(a.Others[0].Root, replies[0].Chain[1]) {
		t.Fatalf("%d hierarchies", len(a.Others))
	}
	for _, o := range a.Others {
		root, issuing := cert(t, o.Root), cert(t, o.Issuing)
		ok(t, sm.Verify(cert(t, a.Root).SPKI, sm.Endorsement(o.Family, o.Root), o.Proof))
		ok(t, sm.VerifyChain(issuing, nil, root, c.now()))
		if alg, err := sm.KeyAlgorithm(issuing.SPKI); err != nil || alg.Family() != o.Family || issuing.PathLen != 0 || root.PathLen != 1 {
			t.Errorf("%s: %s, path length %d", o.Family, alg, issuing.PathLen)
		}
		verify(t, o.Root, o.Root, strconv.FormatInt(c.now().Unix(), 10), "-x509_strict")
	}
	f, err := c.Feed(c.ctx(), "0430")
	ok(t, err)
	for _, o := range f.Others {
		list, err := sm.ParseCRL(o.CRL)
		ok(t, err)
		ok(t, sm.VerifyCRL(list, cert(t, o.Issuing)))
	}
	if len(f.Others) != 2 {
		t.Errorf("the feed tells of %d", len(f.Others))
	}
	wants(t, c.Found(c.ctx(), "dsa"), service.NotFound, "")
}

// TestFoundingOutlivesItsAsker: who asked has hung up before the keys were made; they are there when he asks again.
func TestFoundingOutlivesItsAsker(t *testing.T) {
	c := found(t)
	c.joined("0430")
	ctx, gone := context.WithCancel(c.ctx())
	env := c.env
	env.Rand = onRead{rand.Reader, gone}
	svc, err := ca.New(c.store, env, testMaster())
	ok(t, err)
	_, err = svc.Issue(ctx, "0430", singleRequest(1, "org-p256", p256Key(t)))
	if err == nil {
		t.Fatal("served a caller who was gone")
	}
	a, err := c.Anchors(c.ctx())
	ok(t, err)
	if len(a.Others) != 1 {
		t.Fatal("the hierarchy was lost with its asker")
	}
	c.issue("0430", singleRequest(1, "org-p256", p256Key(t)))
}

// onRead calls do whenever randomness is drawn.
type onRead struct {
	io.Reader
	do func()
}

// Read implements io.Reader.
func (o onRead) Read(p []byte) (int, error) {
	o.do()
	return o.Reader.Read(p)
}

func TestInitFoundsWhatItIsTold(t *testing.T) {
	c := bare(t)
	ok(t, c.Init(c.ctx(), ca.InitSpec{Name: strings.Repeat("名", 50), Hosts: []string{"a"}, CRLURL: "http://crl.example/list/", Families: service.OtherFamilies()}))
	a, err := c.Anchors(c.ctx())
	ok(t, err)
	if len(a.Others) != 2 {
		t.Fatalf("%d hierarchies", len(a.Others))
	}
	c.joined("0430")
	if at := cert(t, c.issue("0430", singleRequest(1, "org-p256", p256Key(t))).Sign).CRLURLs; len(at) != 1 || at[0] != "http://crl.example/list/p256" {
		t.Errorf("CRL at %v", at)
	}
}
