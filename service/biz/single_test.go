package biz_test

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"certdesk/service"
	"certdesk/service/biz/steps"
	"certdesk/service/ca"
	"certdesk/service/flow"
	"certdesk/service/flow/flowtest"
	"certdesk/service/sm"
)

// singles are products of single certificates, for whoever comes.
const singles = `
[[project]]
code = "05"
name = "国际通用"
agreement = "第一条 测试协议。"

[[project.product]]
code = "51"
name = "P-256 证书"
customer = "organisation"
profile = "org-p256"
alg = "p256"
years = [1]
fee = [ { kind = "1001", item = "service", label = "服务费", price = "80.00" } ]

[[project.product]]
code = "52"
name = "RSA 证书"
customer = "organisation"
profile = "org-rsa"
alg = "rsa2048"
years = [1]
fee = [ { kind = "1001", item = "service", label = "服务费", price = "80.00" } ]

[[project.product]]
code = "53"
name = "RSA 个人证书"
customer = "person"
profile = "person-rsa"
alg = "rsa2048"
years = [1]
fee = [ { kind = "1001", item = "service", label = "服务费", price = "80.00" } ]

[[project.product]]
code = "55"
name = "RSA-3072 个人证书"
customer = "person"
profile = "person-rsa"
alg = "rsa3072"
years = [1]
fee = [ { kind = "1001", item = "service", label = "服务费", price = "80.00" } ]

[[project.product]]
code = "54"
name = "P-256 员工证书"
customer = "staff"
profile = "staff-p256"
alg = "p256"
years = [1]
fee = [ { kind = "1001", item = "service", label = "服务费", price = "80.00" } ]
`

// single opens a counter that sells single certificates, with the customer at its desk.
func single(t *testing.T, c *flowtest.Customer, product string) *flowtest.Visit {
	t.Helper()
	h := flowtest.New(t)
	h.NewCatalog(flowtest.CatalogTOML + singles)
	if slices.Contains(rsaProducts(), product) {
		h.Must(h.Centre.Svc.Found(t.Context(), service.FamilyRSA)) // RSA keys can take longer than a test's line waits
	}
	c.Project, c.Product = "05", product
	h.Lay(c.Token)
	return h.Begin(service.KindIssue, c)
}

func rsaProducts() []string { return []string{"52", "53", "55"} }

// products leaves the RSA ones out of a short run: under the race detector their keys take minutes. The long run is whole.
func products(t *testing.T, all ...string) []string {
	t.Helper()
	if !testing.Short() {
		return all
	}
	return slices.DeleteFunc(all, func(p string) bool { return slices.Contains(rsaProducts(), p) })
}

// TestSingleCertificate: one key, one certificate for both usages, under a root of its own family, and a case like any other.
func TestSingleCertificate(t *testing.T) {
	for _, c := range []struct {
		product, says string
		who           *flowtest.Customer
		usage         x509.KeyUsage
		text          []string
	}{
		{"51", "P-256 单证书", flowtest.Org(1), x509.KeyUsageDigitalSignature | x509.KeyUsageKeyAgreement,
			[]string{"ecdsa-with-SHA256", "NIST CURVE: P-256", "Digital Signature, Key Agreement\n", "/crl/p256", "1.2.156.10260.4.1.3:"}},
		{"52", "RSA-2048 单证书", flowtest.Org(2), x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
			[]string{"sha256WithRSAEncryption", "(2048 bit)", "Digital Signature, Key Encipherment\n", "/crl/rsa"}},
		{"53", "RSA-2048 单证书", flowtest.Person(3), x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
			[]string{"sha256WithRSAEncryption", "X509v3 Certificate Policies", "1.2.156.10260.4.1.1:"}},
		{"54", "P-256 单证书", flowtest.StaffOf(4), x509.KeyUsageDigitalSignature | x509.KeyUsageKeyAgreement, []string{"CA:FALSE"}},
	} {
		if len(products(t, c.product)) == 0 {
			continue
		}
		t.Run(c.product, func(t *testing.T) {
			v := single(t, c.who, c.product)
			v.To("confirm")
			if !strings.Contains(factsOf(v.Screen().Prompt.Facts), c.says) {
				t.Errorf("the customer is not told %s", c.says)
			}
			v.To("closed")
			v.Proof()
			got := v.Line.Pairs[len(v.Line.Pairs)-1]
			if got.Encrypt != nil || got.Envelope != nil || len(got.Chain) != 2 {
				t.Fatal("more than one certificate came")
			}
			x, err := x509.ParseCertificate(got.Sign)
			v.Must(err)
			if x.KeyUsage != c.usage || len(x.SerialNumber.Bytes()) != 20 {
				t.Errorf("usage %b, serial %x", x.KeyUsage, x.SerialNumber)
			}
			onTokenAlone(v, got)
			onPaper(v, got, strings.TrimSuffix(c.says, " 单证书"))
			opensslAgrees(v, got, c.text)
		})
	}
}

func factsOf(fs []flow.Fact) string {
	var b strings.Builder
	for _, f := range fs {
		b.WriteString(f.Value.ZH + "\n")
	}
	return b.String()
}

// onPaper: the hand-over sheet has one row for the certificate and names the algorithm.
func onPaper(v *flowtest.Visit, got service.CertReply, alg string) {
	v.Helper()
	d := v.Detail()
	doc, err := steps.HandoverPaper("证书初次办理")(&flow.Facts{Case: &d.Case, Customer: &d.Customer, Visit: &d.Visit, Catalog: v.Catalog,
		Out: map[string]string{"cert.sign": base64.StdEncoding.EncodeToString(got.Sign)}})
	v.Must(err)
	var rows [][]string
	for _, b := range doc.Blocks {
		if b.Type == service.BlockTable {
			rows = b.Rows
		}
	}
	if len(rows) != 1 || rows[0][0] != "签名与加密证书（"+alg+"）" || rows[0][1] != serialText(v, got.Sign) {
		v.Errorf("the sheet says %v", rows)
	}
}

// onTokenAlone: the token holds one key and one certificate, readable as both; no encryption pair.
func onTokenAlone(v *flowtest.Visit, got service.CertReply) {
	v.Helper()
	s, err := v.Drawer.Open(v.Context(), v.Case().Token)
	v.Must(err)
	defer s.Close()
	held, err := s.Containers(v.Context())
	v.Must(err)
	if len(held) != 1 || held[0].EncKey || held[0].Encrypt != nil || !bytes.Equal(held[0].Sign, got.Sign) {
		v.Fatalf("the token holds %d containers", len(held))
	}
	der, err := s.ReadCertificate(v.Context(), held[0].Name, service.UsageBoth)
	v.Must(err)
	if !bytes.Equal(der, got.Sign) {
		v.Error("another certificate for both usages")
	}
}

// opensslAgrees asks the reference implementation about certificate, chain, CRL and a signature of the token.
func opensslAgrees(v *flowtest.Visit, got service.CertReply, wants []string) {
	v.Helper()
	cert := pemIn(v, "leaf.pem", "CERTIFICATE", got.Sign)
	chain, root := pemIn(v, "ca.pem", "CERTIFICATE", got.Chain...), pemIn(v, "root.pem", "CERTIFICATE", got.Chain[1])
	issuing := pemIn(v, "issuing.pem", "CERTIFICATE", got.Chain[0])
	v.Must(v.Centre.Svc.Revoke(v.Context(), flowtest.StationID, serialText(v, got.Sign), 6))
	crl, err := v.Centre.Svc.CRLOf(v.Context(), familyOf(v, got.Sign))
	v.Must(err)
	list := pemIn(v, "crl.pem", "X509 CRL", crl)
	openssl(v, "verify", "-x509_strict", "-CAfile", root, "-untrusted", issuing, cert)
	if out := openssl(v, "crl", "-noout", "-text", "-CAfile", chain, "-in", list); !strings.Contains(out, "verify OK") || !strings.Contains(out, serialText(v, got.Sign)) {
		v.Error(out)
	}
	text := openssl(v, "x509", "-noout", "-text", "-in", cert)
	for _, want := range wants {
		if !strings.Contains(text, want) {
			v.Errorf("no %q in\n%s", want, text)
		}
	}
	message := pemIn(v, "message", "MESSAGE", []byte("hello"))
	raw, err := os.ReadFile(message)
	v.Must(err)
	sig := filepath.Join(filepath.Dir(message), "sig")
	v.Must(os.WriteFile(sig, signed(v, raw), 0o600))
	pub := filepath.Join(filepath.Dir(message), "pub.pem")
	v.Must(os.WriteFile(pub, []byte(openssl(v, "x509", "-noout", "-pubkey", "-in", cert)), 0o600))
	openssl(v, "dgst", "-sha256", "-verify", pub, "-signature", sig, message)
}

// signed has the token sign under the customer's PIN.
func signed(v *flowtest.Visit, message []byte) []byte {
	v.Helper()
	s, err := v.Drawer.Open(v.Context(), v.Case().Token)
	v.Must(err)
	defer s.Close()
	v.Must(s.Login(v.Context(), []byte(v.PIN)))
	sig, err := s.Sign(v.Context(), steps.Job(new(v.Case())), message)
	v.Must(err)
	return sig
}

func familyOf(v *flowtest.Visit, der []byte) service.Family {
	v.Helper()
	c, err := sm.ParseCertificate(der)
	v.Must(err)
	alg, err := sm.KeyAlgorithm(c.SPKI)
	v.Must(err)
	return alg.Family()
}

func serialText(v *flowtest.Visit, der []byte) string {
	v.Helper()
	s, err := steps.SerialOf(der)
	v.Must(err)
	return s
}

func pemIn(v *flowtest.Visit, name, kind string, ders ...[]byte) string {
	v.Helper()
	var out []byte
	for _, der := range ders {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})...)
	}
	path := filepath.Join(v.TempDir(), name)
	v.Must(os.WriteFile(path, out, 0o600))
	return path
}

// openssl is the reference implementation. Without it the test fails: what it proves is not proved elsewhere.
func openssl(v *flowtest.Visit, args ...string) string {
	v.Helper()
	out, err := exec.CommandContext(v.Context(), "openssl", args...).CombinedOutput()
	if err != nil {
		v.Fatalf("openssl %s: %v\n%s", args[0], err, out)
	}
	return string(out)
}

// TestSingleReplaced: the token breaks after the certificate came. The next attempt gets another one, and the first is revoked, here
// and at the centre: never two valid ones.
func TestSingleReplaced(t *testing.T) {
	for _, product := range products(t, "51", "52") {
		v := single(t, flowtest.Org(1), product)
		v.To("work")
		v.Line.Set(flowtest.Always("Confirm", service.CAUnreachable))
		for range 3 {
			if v.Work() != nil {
				break
			}
		}
		v.Line.Set(nil)
		first := serialText(v, v.Line.Pairs[0].Sign)
		v.Must(v.Engine.Replace(t.Context(), flowtest.Supervisor, v.No, "broken"))
		if got := v.PairStatus(first); got != ca.PairRevoked {
			t.Fatalf("the centre says %s", got)
		}
		v.Customer.Token = "ORG-2001"
		v.Lay(v.Customer.Token)
		v.To("closed")
		v.Proof()
		if len(v.Line.Pairs) != 2 {
			t.Errorf("%d certificates", len(v.Line.Pairs))
		}
	}
}

// TestSingleWithdrawn: the answer never comes and the token is gone: the request is taken back by its key.
func TestSingleWithdrawn(t *testing.T) {
	v := single(t, flowtest.Org(1), "51")
	v.To("work")
	v.Line.Set(flowtest.Once("Issue", true, service.CAUnreachable))
	for range 3 {
		if v.Work() != nil {
			break
		}
	}
	v.Line.Set(nil)
	v.Must(v.Engine.Replace(t.Context(), flowtest.Supervisor, v.No, "broken"))
	if got := v.PairStatus(serialText(v, v.Line.Pairs[0].Sign)); got != ca.PairRevoked {
		t.Fatalf("the centre says %s", got)
	}
}

// TestTokenLacksTheAlgorithm: a token that cannot make the product's key is refused before anything is written, and the clerk is told
// what it lacks.
func TestTokenLacksTheAlgorithm(t *testing.T) {
	v := single(t, flowtest.Person(1), "55") // soft UKeys make no RSA-3072 keys
	v.To("work")
	err := v.Work()
	v.Wants(err, service.TokenUnsupported)
	if what := service.ArgsOf(err)["what"]; what != string(service.AlgRSA3072) {
		t.Errorf("lacks %q", what)
	}
	if len(v.Line.Pairs) != 0 {
		t.Error("something was issued")
	}
}

// TestSingleTokenIsServedAgain: a token with a single certificate is recognised, unlocked and given a new PIN like any other.
func TestSingleTokenIsServedAgain(t *testing.T) {
	for _, product := range products(t, "51", "52") {
		c := flowtest.Org(1)
		v := single(t, c, product)
		v.To("closed")
		c.PIN = "w9Lm4827"
		again := v.Begin(service.KindUnlock, c)
		again.To("closed")
		if got := again.Case(); got.Line != v.Case().Line || got.Status != service.Completed {
			t.Errorf("line %s, status %s", got.Line, got.Status)
		}
		c.OldPIN, c.PIN = c.PIN, "t3Vx7719"
		v.Begin(service.KindChangePIN, c).To("closed")
		v.Proof()
	}
}
