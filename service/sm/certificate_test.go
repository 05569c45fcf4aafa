package sm_test

import (
	"bytes"
	"crypto/rand"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"io"
	"math/big"
	"strings"
	"testing"

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
	sameExtensions(t, p, ca, spec)
	if !c.HasEKU(ra) || c.HasEKU(code) || string(c.Extension(code)) != "\x13\x019" || !c.SM2 {
		t.Errorf("%+v", c)
	}
}

func sameExtensions(t *testing.T, p, ca *party, spec sm.CertSpec) {
	t.Helper()
	c := p.cert
	if c.KeyUsage != spec.KeyUsage || c.IsCA {
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
}

func TestCreateRefusesSigners(t *testing.T) {
	root, _, _ := hierarchy(t)
	k := newKey(t)
	good := leafSpec(9)
	good.SPKI = k.PublicKey()
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
