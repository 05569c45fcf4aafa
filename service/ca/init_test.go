package ca_test

import (
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"net"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/ca"
	"certdesk/service/sm"
)

func TestInitOnce(t *testing.T) {
	c := bare(t)
	_, err := c.Anchors(c.ctx())
	wants(t, err, service.CentreBare, "")
	_, err = c.AddStation(c.ctx(), ca.StationSpec{ID: "0430", Hall: "厅", Window: "1"})
	wants(t, err, service.CentreBare, "")
	spec := ca.InitSpec{Name: "测试中心", Hosts: []string{"ca.example"}}
	ok(t, c.Init(c.ctx(), spec))
	before, err := c.Anchors(c.ctx())
	ok(t, err)
	wants(t, c.Init(c.ctx(), spec), service.CentreExists, "")
	after, err := c.Anchors(c.ctx())
	ok(t, err)
	if !bytes.Equal(before.Root, after.Root) || !bytes.Equal(before.TLSRoot, after.TLSRoot) {
		t.Fatal("a refused init changed the centre")
	}
}

func TestInitRefuses(t *testing.T) {
	for name, spec := range map[string]ca.InitSpec{
		"no name":      {Hosts: []string{"a"}},
		"bidi name":    {Name: "测试\u202e中心", Hosts: []string{"a"}},
		"no host":      {Name: "测试"},
		"host of path": {Name: "测试", Hosts: []string{"a/b"}},
		"host of port": {Name: "测试", Hosts: []string{"a:80"}},
	} {
		t.Run(name, func(t *testing.T) {
			err := bare(t).Init(t.Context(), spec)
			if !service.IsCode(err, service.InputInvalid, service.InputRequired) {
				t.Fatal(err)
			}
		})
	}
}

func TestWrongDataKey(t *testing.T) {
	c := found(t)
	other, err := ca.New(c.store, c.env, []byte("another key of the right length!"))
	ok(t, err)
	_, err = other.Anchors(c.ctx())
	wants(t, err, service.KeyWrong, "")
	wants(t, other.PutCatalog(c.ctx(), []byte("a=1")), service.KeyWrong, "")
	_, err = ca.New(c.store, c.env, []byte("short"))
	if err == nil {
		t.Fatal("a short key was taken")
	}
}

func TestHierarchy(t *testing.T) {
	c := found(t)
	a, err := c.Anchors(c.ctx())
	ok(t, err)
	root, issuing, signer := cert(t, a.Root), cert(t, a.Issuing), cert(t, a.CMPSigner)
	ok(t, sm.VerifyChain(signer, []*sm.Certificate{issuing}, root, c.now()))
	if !issuing.IsCA || issuing.PathLen != 0 || !root.IsCA || signer.IsCA {
		t.Fatalf("CA flags: root %v, issuing %v %d, signer %v", root.IsCA, issuing.IsCA, issuing.PathLen, signer.IsCA)
	}
	if y := root.NotAfter.Year() - root.NotBefore.Year(); y != 20 {
		t.Fatalf("root lives %d years", y)
	}
	if y := issuing.NotAfter.Year() - issuing.NotBefore.Year(); y != 10 {
		t.Fatalf("issuing CA lives %d years", y)
	}
	key, der, err := c.CMPSigner(c.ctx())
	ok(t, err)
	sig, err := key.Sign(rand.Reader, []byte("answer"))
	ok(t, err)
	ok(t, sm.Verify(cert(t, der).SPKI, []byte("answer"), sig))
	fp, err := c.Fingerprint(c.ctx())
	ok(t, err)
	if fp != a.Fingerprint() || len(fp) != 32 {
		t.Fatalf("fingerprint %q, station computes %q", fp, a.Fingerprint())
	}
}

// TestLine lets a joined station and the server meet over mutual TLS 1.3.
func TestLine(t *testing.T) {
	c := found(t)
	m := c.joined("0430")
	server, clients, err := c.ServerTLS(c.ctx())
	ok(t, err)
	roots := x509.NewCertPool()
	root, err := x509.ParseCertificate(m.reply.Anchors.TLSRoot)
	ok(t, err)
	roots.AddCert(root)
	near, far := net.Pipe()
	s := tls.Server(far, &tls.Config{Certificates: []tls.Certificate{server}, ClientCAs: clients, Time: c.now,
		ClientAuth: tls.RequireAndVerifyClientCert, MinVersion: tls.VersionTLS13})
	done := make(chan error, 1)
	go func() { done <- s.Handshake() }()
	client := tls.Client(near, &tls.Config{RootCAs: roots, ServerName: "localhost", Time: c.now, MinVersion: tls.VersionTLS13,
		Certificates: []tls.Certificate{{Certificate: [][]byte{m.reply.TLSCert}, PrivateKey: m.tls}}})
	ok(t, client.Handshake())
	ok(t, <-done)
	info, err := c.StationByTLS(c.ctx(), s.ConnectionState().PeerCertificates[0].Raw)
	ok(t, err)
	if info.ID != "0430" || info.Hall != "长沙市政务大厅" || info.Window != "03" {
		t.Fatalf("station behind the line: %+v", info)
	}
}

func TestServerCertificateIsRenewed(t *testing.T) {
	c := found(t)
	first, _, err := c.ServerTLS(c.ctx())
	ok(t, err)
	c.pass(600 * 24 * time.Hour)
	same, _, err := c.ServerTLS(c.ctx())
	ok(t, err)
	if !bytes.Equal(same.Certificate[0], first.Certificate[0]) {
		t.Fatal("renewed too early")
	}
	c.pass(100 * 24 * time.Hour)
	next, _, err := c.ServerTLS(c.ctx())
	ok(t, err)
	if !next.Leaf.NotAfter.After(first.Leaf.NotAfter) || next.Leaf.VerifyHostname("127.0.0.1") != nil {
		t.Fatalf("not renewed: %v, %v", next.Leaf.NotAfter, next.Leaf.IPAddresses)
	}
	again, _, err := c.ServerTLS(c.ctx())
	ok(t, err)
	if !bytes.Equal(again.Certificate[0], next.Certificate[0]) {
		t.Fatal("the new certificate was not kept")
	}
}
