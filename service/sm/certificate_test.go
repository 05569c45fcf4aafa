package sm_test

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"io"
	"math/big"
	"strings"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/sm"
)

func TestCertificateSays(t *testing.T) {
	_, ca, _ := hierarchy(t)
	spec := leafSpec(0x7FEE)
	ra := asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 28}
	code := asn1.ObjectIdentifier{1, 2, 156, 10260, 4, 1, 4}
	spec.ExtKeyUsage = []asn1.ObjectIdentifier{ra}
	spec.Policies = []asn1.ObjectIdentifier{{1, 2, 3, 4}}
	spec.Extra = []pkix.Extension{{Id: code, Value: []byte{0x13, 1, '9'}}}
	p := issue(t, spec, ca)
	c := p.cert
	if c.SubjectText != `SERIALNUMBER=91510100MA61X0AA1X,CN=张三𠮷,OU=财务部,O=某某科技有限公司,L=成都市,ST=四川省,C=CN` {
		t.Errorf("subject %s", c.SubjectText)
	}
	back, err := sm.ParseSubject(c.RawSubject)
	if err != nil || back != spec.Subject {
		t.Errorf("subject %+v, %v", back, err)
	}
	if c.KeyUsage != spec.KeyUsage || !c.HasEKU(ra) || c.HasEKU(code) || string(c.Extension(code)) != "\x13\x019" || c.IsCA || !c.SM2 {
		t.Errorf("%+v", c)
	}
	if !bytes.Equal(c.AKI, ca.cert.SKI) || len(c.SKI) != 20 || !bytes.Equal(c.SPKI, p.key.PublicKey()) {
		t.Error("key identifiers or key")
	}
	if !c.NotAfter.Equal(spec.NotAfter) || c.CRLURLs[0] != spec.CRLURL || c.OCSPURLs[0] != spec.OCSPURL {
		t.Error("dates or addresses")
	}
	if !ca.cert.IsCA || ca.cert.PathLen != 0 || c.PathLen != -1 {
		t.Error("basic constraints")
	}
}

func TestCreateRefuses(t *testing.T) {
	root, _, _ := hierarchy(t)
	k := newKey(t)
	good := leafSpec(9)
	good.SPKI = k.PublicKey()
	cases := map[string]func(*sm.CertSpec){
		"no serial":       func(s *sm.CertSpec) { s.Serial = nil },
		"zero serial":     func(s *sm.CertSpec) { s.Serial = new(big.Int) },
		"21 octets":       func(s *sm.CertSpec) { s.Serial = new(big.Int).Lsh(big.NewInt(1), 159) },
		"ends before":     func(s *sm.CertSpec) { s.NotAfter = s.NotBefore },
		"no key":          func(s *sm.CertSpec) { s.SPKI = nil },
		"bad country":     func(s *sm.CertSpec) { s.Subject.C = "中国" },
		"not utf-8":       func(s *sm.CertSpec) { s.Subject.CN = "\xff" },
		"subject garbage": func(s *sm.CertSpec) { s.RawSubject = []byte{1, 2, 3} },
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			spec := good
			change(&spec)
			_, err := sm.CreateCertificate(rand.Reader, spec, root.cert, root.key)
			wantCode(t, err, service.CryptoBad)
		})
	}
	_, err := sm.CreateCertificate(rand.Reader, good, root.cert, k)
	wantCode(t, err, service.CryptoBad)
	_, err = sm.CreateCertificate(rand.Reader, good, nil, root.key)
	wantCode(t, err, service.CryptoBad)
	_, err = sm.CreateCertificate(rand.Reader, good, root.cert, liar{root.key})
	wantCode(t, err, service.CryptoBad)
	_, err = sm.CreateCertificate(rand.Reader, good, root.cert, broken{root.key})
	wantCode(t, err, service.CryptoBad)
}

// liar signs something else; broken fails.
type liar struct{ *sm.PrivateKey }

func (l liar) Sign(r io.Reader, m []byte) ([]byte, error) {
	return l.PrivateKey.Sign(r, append(bytes.Clone(m), 0))
}

type broken struct{ *sm.PrivateKey }

func (broken) Sign(io.Reader, []byte) ([]byte, error) { return nil, errors.New("token pulled") }

func TestVerifyChain(t *testing.T) {
	root, ca, leaf := hierarchy(t)
	otherRoot, otherCA, _ := hierarchy(t)
	noCA := issue(t, leafSpec(77), leaf)
	noSign := caSpec(5, "无权签发", 0)
	noSign.KeyUsage = x509.KeyUsageCRLSign
	weak := issue(t, noSign, root)
	unsaid := caSpec(6, "未写用途", 0)
	unsaid.KeyUsage = 0
	silent := issue(t, unsaid, root)
	sub := issue(t, caSpec(7, "下级", -1), ca)
	crit := leafSpec(8)
	crit.Extra = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3}, Critical: true, Value: []byte{5, 0}}}
	cs := func(ps ...*party) (out []*sm.Certificate) {
		for _, p := range ps {
			out = append(out, p.cert)
		}
		return out
	}
	cases := []struct {
		name   string
		leaf   *party
		mid    []*sm.Certificate
		root   *party
		now    time.Time
		reason string
	}{
		{"holds", leaf, cs(ca), root, noon, ""},
		{"extra issuers", leaf, cs(otherCA, ca), root, noon, ""},
		{"issuing CA itself", ca, nil, root, noon, ""},
		{"expired", leaf, cs(ca), root, noon.AddDate(2, 0, 0), "expired"},
		{"not yet", leaf, cs(ca), root, noon.AddDate(0, -2, 0), "not-yet"},
		{"CA expired", leaf, cs(ca), root, noon.AddDate(20, 0, 0), "expired"},
		{"issuer missing", leaf, nil, root, noon, "issuer"},
		{"other root", leaf, cs(ca), otherRoot, noon, "issuer"},
		{"other CA of that name", leaf, cs(otherCA), otherRoot, noon, "issuer"},
		{"leaf as CA", noCA, cs(leaf, ca), root, noon, "issuer"},
		{"no keyCertSign", issue(t, leafSpec(78), weak), cs(weak), root, noon, "issuer"},
		{"key usage unsaid", issue(t, leafSpec(79), silent), cs(silent), root, noon, "issuer"},
		{"path too long", issue(t, leafSpec(80), sub), cs(sub, ca), root, noon, "path-length"},
		{"critical extension", issue(t, crit, ca), cs(ca), root, noon, "critical"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := sm.VerifyChain(c.leaf.cert, c.mid, c.root.cert, c.now)
			if c.reason == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			wantReason(t, err, c.reason)
		})
	}
}

func TestVerifyChainTampered(t *testing.T) {
	root, ca, leaf := hierarchy(t)
	flipped(leaf.cert.Raw, func(at int, changed []byte) {
		c, err := sm.ParseCertificate(changed)
		if err != nil {
			return
		}
		if sm.VerifyChain(c, []*sm.Certificate{ca.cert}, root.cert, noon) == nil {
			t.Errorf("byte %d changed, still trusted", at)
		}
	})
}

func TestVerifyIssued(t *testing.T) {
	root, ca, leaf := hierarchy(t)
	if err := sm.VerifyIssued(leaf.cert, ca.cert); err != nil {
		t.Fatal(err)
	}
	if err := sm.VerifyIssued(leaf.cert, &sm.Certificate{Raw: ca.cert.Raw}); err != nil {
		t.Fatal(err)
	}
	wantReason(t, sm.VerifyIssued(leaf.cert, root.cert), "issuer")
	_, otherCA, _ := hierarchy(t)
	wantReason(t, sm.VerifyIssued(leaf.cert, otherCA.cert), "issuer")
}

func TestPEM(t *testing.T) {
	root, ca, _ := hierarchy(t)
	text := sm.EncodePEM(root.cert.Raw, ca.cert.Raw)
	back := sm.DecodePEM("note\n" + sm.EncodePEMType("X509 CRL", []byte{0x30, 0}) + text)
	if strings.Count(text, "BEGIN CERTIFICATE") != 2 || len(back) != 2 || !bytes.Equal(back[1], ca.cert.Raw) {
		t.Fatalf("%d certificates", len(back))
	}
}

func TestSerial(t *testing.T) {
	for _, c := range []struct{ in, out string }{{"0a", "0A"}, {"A", "0A"}, {"01:fF:00", "01FF00"}, {"7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"}} {
		n, err := sm.ParseSerial(c.in)
		if err != nil || sm.SerialText(n) != c.out {
			t.Errorf("%s: %s, %v", c.in, sm.SerialText(n), err)
		}
	}
	for _, in := range []string{"", "0", "-1", "0x10", "G", "+A", "1_0", "80" + strings.Repeat("0", 38), strings.Repeat("1", 41)} {
		if n, err := sm.ParseSerial(in); err == nil {
			t.Errorf("%q taken as %v", in, n)
		}
	}
	n, err := sm.NewSerial(rand.Reader)
	if err != nil || len(n.Bytes()) != 16 || len(sm.SerialText(n)) != 32 {
		t.Errorf("%v %v", n, err)
	}
}
