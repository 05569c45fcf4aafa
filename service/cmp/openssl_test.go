package cmp_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"certdesk/service/cmp"
	"certdesk/service/sm"
)

// OpenSSL 3.0 speaks CMP, but protects with P-256, not SM2; these tests prove layout and framing against it.

// p256 is a P-256 key with a certificate.
type p256 struct {
	key  *ecdsa.PrivateKey
	cert *sm.Certificate
	path string // certificate and key, PEM
}

func (p *p256) PublicKey() []byte { return p.cert.SPKI }

func (p *p256) Sign(r io.Reader, m []byte) ([]byte, error) {
	sum := sha256.Sum256(m)
	return ecdsa.SignASN1(r, p.key, sum[:])
}

func newP256(t *testing.T, dir, cn string, serial int64, ekus ...asn1.ObjectIdentifier) *p256 {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := sha256.Sum256([]byte(cn))
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: cn}, SubjectKeyId: id[:20],
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), UnknownExtKeyUsage: ekus,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, BasicConstraintsValid: true, IsCA: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	c, err := sm.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	text := append([]byte(sm.EncodePEM(der)), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})...)
	return &p256{k, c, write(t, dir, cn+".pem", text)}
}

// mockServer is openssl's own centre; it answers every request with one fixed certificate.
func mockServer(t *testing.T, dir string, ra, centre *p256, issued []byte) (url string) {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Fatal("openssl 3 is needed by this test")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_, port, _ := net.SplitHostPort(addr)
	l.Close()
	rsp := write(t, dir, "rsp.pem", []byte(sm.EncodePEM(issued)))
	var log bytes.Buffer
	ctx, stop := context.WithCancel(context.Background())
	c := exec.CommandContext(ctx, "openssl", "cmp", "-port", port, "-srv_cert", centre.path, "-srv_key", centre.path,
		"-srv_trusted", ra.path, "-rsp_cert", rsp, "-accept_raverified", "-no_check_time")
	c.Stdout, c.Stderr = &log, &log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		c.Wait()
		if t.Failed() {
			t.Log(log.String())
		}
	})
	waitFor(t, addr)
	return "http://" + addr + "/"
}

func waitFor(t *testing.T, addr string) {
	t.Helper()
	for range 100 {
		if c, err := net.DialTimeout("tcp", addr, time.Second); err == nil {
			c.Close()
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("openssl does not listen")
}

// post sends m and checks the answer as a station does.
func post(t *testing.T, url string, m *cmp.Message, ra, centre *p256) *cmp.Message {
	t.Helper()
	der, err := m.Protect(rand.Reader, ra, [][]byte{ra.cert.Raw})
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Post(url, cmp.MediaType, bytes.NewReader(der))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	got := parse(t, body)
	if f, ok := got.Body.(*cmp.Failure); ok {
		t.Fatalf("%+v %v", f, f.Status.Fail)
	}
	if err := got.VerifyProtection(centre.cert); err != nil {
		t.Fatal(err)
	}
	if err := got.Header.CheckAnswer(m.Header); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestOpenSSLServerTakesOurMessages(t *testing.T) {
	dir := t.TempDir()
	ra, centre := newP256(t, dir, "ra", 1, cmp.EKUcmcRA), newP256(t, dir, "centre", 2)
	holder := newParty(t, "持证人", 7)
	url := mockServer(t, dir, ra, centre, holder.cert.Raw)
	for _, kind := range []cmp.Type{cmp.IR, cmp.CR, cmp.KUR} {
		exchange(t, url, kind, ra, centre, holder)
	}
	answerHeader := func() cmp.Header {
		h, err := cmp.NewHeader(rand.Reader, time.Now(), nil, centre.cert.RawSubject)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	id := cmp.CertID{Issuer: holder.cert.RawIssuer, Serial: holder.cert.Serial}
	rp := post(t, url, &cmp.Message{Header: answerHeader(), Body: &cmp.RevRequests{Revocations: []cmp.Revocation{{Cert: id, Reason: 4}}}}, ra, centre)
	if b, ok := rp.Body.(*cmp.RevReplies); !ok || len(b.Statuses) != 1 || !b.Statuses[0].OK() {
		t.Errorf("%+v", rp.Body)
	}
	genp := post(t, url, &cmp.Message{Header: answerHeader(), Body: &cmp.General{Kind: cmp.GenM}}, ra, centre)
	if genp.Type() != cmp.GenP {
		t.Errorf("%+v", genp.Body)
	}
}

// exchange is request, reply, certConf, pkiConf.
func exchange(t *testing.T, url string, kind cmp.Type, ra, centre *p256, holder *party) {
	t.Helper()
	h, err := cmp.NewHeader(rand.Reader, time.Now(), nil, centre.cert.RawSubject)
	if err != nil {
		t.Fatal(err)
	}
	h.SetIdempotencyKey(make([]byte, 32))
	req := cmp.CertRequest{POP: cmp.POPRAVerified, Template: cmp.Template{Subject: holder.cert.RawSubject, SPKI: holder.PublicKey()}}
	if kind == cmp.KUR {
		req.OldCert = &cmp.CertID{Issuer: holder.cert.RawIssuer, Serial: holder.cert.Serial}
	}
	ask := &cmp.Message{Header: h, Body: &cmp.CertRequests{Kind: kind, Requests: []cmp.CertRequest{req}}}
	got := post(t, url, ask, ra, centre)
	b, ok := got.Body.(*cmp.CertReplies)
	if !ok || b.Kind != kind.Reply() || !b.Replies[0].Status.OK() || !bytes.Equal(b.Replies[0].Certificate, holder.cert.Raw) {
		t.Fatalf("%+v", got.Body)
	}
	next, err := got.Header.Answer(rand.Reader, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	conf := &cmp.Message{Header: next, Body: &cmp.CertConfirms{Certs: []cmp.CertStatus{{Hash: cmp.CertHash(holder.cert), ID: 0}}}}
	if done := post(t, url, conf, ra, centre); done.Type() != cmp.PKIConf {
		t.Fatalf("%+v", done.Body)
	}
}

// The other way: what openssl's client sends, and what its server answers, is read by us.
func TestWeReadOpenSSLMessages(t *testing.T) {
	dir := t.TempDir()
	ra, centre := newP256(t, dir, "ra", 1, cmp.EKUcmcRA), newP256(t, dir, "centre", 2)
	p := func(name string) string { return filepath.Join(dir, name) }
	common := []string{"cmp", "-use_mock_srv", "-srv_cert", centre.path, "-srv_key", centre.path, "-srv_trusted", ra.path,
		"-rsp_cert", ra.path, "-cert", ra.path, "-key", ra.path, "-trusted", centre.path, "-recipient", "/CN=centre",
		"-reqout", p("ask") + " " + p("conf"), "-rspout", p("answer") + " " + p("done")}
	cases := map[string][]string{
		"ir":  {"-cmd", "ir", "-newkey", ra.path, "-subject", "/CN=holder", "-certout", p("out.pem"), "-popo", "1"},
		"kur": {"-cmd", "kur", "-newkey", ra.path, "-oldcert", ra.path, "-certout", p("out.pem")},
		"rr":  {"-cmd", "rr", "-oldcert", ra.path, "-revreason", "4"},
	}
	for name, args := range cases {
		t.Run(name, func(t *testing.T) {
			if out, err := openssl(t, append(common, args...)...); err != nil {
				t.Fatal(err, out)
			}
			ask, answer := readMessage(t, p("ask"), ra), readMessage(t, p("answer"), centre)
			if answer.Type() != ask.Type().Reply() || answer.Header.CheckAnswer(ask.Header) != nil {
				t.Errorf("%d answered by %d", ask.Type(), answer.Type())
			}
			switch b := ask.Body.(type) {
			case *cmp.CertRequests:
				checkIssue(t, b, readMessage(t, p("conf"), ra), ra)
				readMessage(t, p("done"), centre)
			case *cmp.RevRequests:
				if b.Revocations[0].Reason != 4 || b.Revocations[0].Cert.Serial.Int64() != 1 {
					t.Errorf("%+v", b)
				}
			}
		})
	}
}

func checkIssue(t *testing.T, asked *cmp.CertRequests, confirmation *cmp.Message, ra *p256) {
	t.Helper()
	if err := asked.Requests[0].VerifyPOP(); err != nil {
		t.Error(err)
	}
	conf := confirmation.Body.(*cmp.CertConfirms)
	if !conf.Certs[0].Accepted() || !bytes.Equal(conf.Certs[0].Hash, cmp.CertHash(ra.cert)) {
		t.Errorf("%+v", conf)
	}
}

func readMessage(t *testing.T, path string, by *p256) *cmp.Message {
	t.Helper()
	der, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m := parse(t, der)
	if err := m.VerifyProtection(by.cert); err != nil {
		t.Fatal(err)
	}
	return m
}
