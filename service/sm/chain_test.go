package sm_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"testing"
	"time"

	"certdesk/service/sm"
)

type chainCase struct {
	name   string
	leaf   *party
	mid    []*sm.Certificate
	root   *party
	now    time.Time
	reason string
}

func certs(ps ...*party) (out []*sm.Certificate) {
	for _, p := range ps {
		out = append(out, p.cert)
	}
	return out
}

func checkChains(t *testing.T, cases []chainCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := sm.VerifyChain(c.leaf.cert, c.mid, c.root.cert, c.now)
			if c.reason != "" {
				wantReason(t, err, c.reason)
			} else if err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestVerifyChain(t *testing.T) {
	root, ca, leaf := hierarchy(t)
	otherRoot, otherCA, _ := hierarchy(t)
	checkChains(t, []chainCase{
		{"holds", leaf, certs(ca), root, noon, ""},
		{"extra issuers", leaf, certs(otherCA, ca), root, noon, ""},
		{"issuing CA itself", ca, nil, root, noon, ""},
		{"expired", leaf, certs(ca), root, noon.AddDate(2, 0, 0), "expired"},
		{"not yet", leaf, certs(ca), root, noon.AddDate(0, -2, 0), "not-yet"},
		{"CA expired", leaf, certs(ca), root, noon.AddDate(20, 0, 0), "expired"},
		{"issuer missing", leaf, nil, root, noon, "issuer"},
		{"other root", leaf, certs(ca), otherRoot, noon, "issuer"},
		{"other CA of that name", leaf, certs(otherCA), otherRoot, noon, "issuer"},
	})
}

func TestVerifyChainRights(t *testing.T) {
	root, ca, leaf := hierarchy(t)
	with := func(serial int64, usage x509.KeyUsage) *party {
		spec := caSpec(serial, "无权签发", 0)
		spec.KeyUsage = usage
		return issue(t, spec, root)
	}
	weak, silent := with(5, x509.KeyUsageCRLSign), with(6, 0)
	sub := issue(t, caSpec(7, "下级", -1), ca)
	critical := leafSpec(8)
	critical.Extra = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3}, Critical: true, Value: []byte{5, 0}}}
	checkChains(t, []chainCase{
		{"leaf as CA", issue(t, leafSpec(77), leaf), certs(leaf, ca), root, noon, "issuer"},
		{"no keyCertSign", issue(t, leafSpec(78), weak), certs(weak), root, noon, "issuer"},
		{"key usage unsaid", issue(t, leafSpec(79), silent), certs(silent), root, noon, "issuer"},
		{"path too long", issue(t, leafSpec(80), sub), certs(sub, ca), root, noon, "path-length"},
		{"critical extension", issue(t, critical, ca), certs(ca), root, noon, "critical"},
	})
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
