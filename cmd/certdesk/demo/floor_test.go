package demo

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"io"
	"log/slog"
	"math/big"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/emmansun/gmsm/sm2"
	othersm2 "github.com/tjfoc/gmsm/sm2"
	"golang.org/x/crypto/argon2"
	_ "modernc.org/sqlite"
)

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// floor makes the operations of a case bare.
type floor struct {
	b         *testing.B
	key       *sm2.PrivateKey
	message   []byte
	signature []byte
	cipher    []byte
	other     *othersm2.PublicKey
	station   *sql.DB
	centre    *sql.DB
	line      *tls.Conn
}

func newFloor(b *testing.B) *floor {
	b.Helper()
	f := &floor{b: b, message: make([]byte, 512), station: bareStore(b), centre: bareStore(b), line: bareLine(b)}
	var err error
	f.key, err = sm2.GenerateKey(rand.Reader)
	f.ok(err)
	f.signature, err = f.key.Sign(rand.Reader, f.message, sm2.DefaultSM2SignerOpts)
	f.ok(err)
	f.cipher, err = sm2.EncryptASN1(rand.Reader, &f.key.PublicKey, f.message[:32])
	f.ok(err)
	f.other = &othersm2.PublicKey{Curve: othersm2.P256Sm2(), X: f.key.X, Y: f.key.Y}
	return f
}

func (f *floor) ok(err error) {
	f.b.Helper()
	if err != nil {
		f.b.Fatal(err)
	}
}

func (f *floor) all() { f.keys(); f.rest() }

// keys is argon2id as a soft UKey uses it in production: 3 passes over 12 MiB in one lane.
func (f *floor) keys() time.Duration {
	from := time.Now()
	for range derivations {
		argon2.IDKey(f.message[:8], f.message[:16], 3, 12<<10, 1, 32)
	}
	return time.Since(from)
}

func (f *floor) rest() time.Duration {
	from := time.Now()
	f.sm2()
	f.commits(f.station, stationActs, stationRows)
	f.commits(f.centre, centreActs, centreRows)
	for range roundTrips {
		_, err := f.line.Write(make([]byte, 2<<10))
		f.ok(err)
		_, err = io.ReadFull(f.line, make([]byte, 4<<10))
		f.ok(err)
	}
	return time.Since(from)
}

func (f *floor) sm2() {
	for range signatures {
		_, err := f.key.Sign(rand.Reader, f.message, sm2.DefaultSM2SignerOpts)
		f.ok(err)
	}
	for range verification {
		if !sm2.VerifyASN1WithSM2(&f.key.PublicKey, nil, f.message, f.signature) {
			f.b.Fatal("signature")
		}
	}
	for range secondLooks {
		if !f.other.Verify(f.message, f.signature) {
			f.b.Fatal("signature, second look")
		}
	}
	for range encryptions {
		_, err := sm2.EncryptASN1(rand.Reader, &f.key.PublicKey, f.message[:32])
		f.ok(err)
	}
	for range decryptions {
		_, err := sm2.Decrypt(f.key, f.cipher)
		f.ok(err)
	}
	for range keyPairs {
		_, err := sm2.GenerateKey(rand.Reader)
		f.ok(err)
	}
}

// commits writes rows in so many transactions, evenly.
func (f *floor) commits(d *sql.DB, acts, rows int) {
	blob := make([]byte, 260)
	insert, err := d.Prepare(`INSERT INTO bare (a, b, c, d) VALUES (?, ?, ?, ?)`)
	f.ok(err)
	defer insert.Close()
	for i := range acts {
		tx, err := d.Begin()
		f.ok(err)
		bound := tx.Stmt(insert)
		for n := i * rows / acts; n < (i+1)*rows/acts; n++ {
			_, err := bound.Exec("B0430-261121-0018", "step", n, blob)
			f.ok(err)
		}
		f.ok(tx.Commit())
	}
}

// bareStore is a SQLite file with the stores' durability and one plain table with one index.
func bareStore(b *testing.B) *sql.DB {
	b.Helper()
	path := filepath.Join(b.TempDir(), "bare.db")
	d, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = d.Close() })
	d.SetMaxOpenConns(1)
	for _, s := range []string{`CREATE TABLE bare (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c INTEGER, d BLOB)`, `CREATE INDEX bare_a ON bare (a)`} {
		if _, err := d.Exec(s); err != nil {
			b.Fatal(err)
		}
	}
	return d
}

// bareLine is a mutual TLS 1.3 connection (P-256) to a server that answers 4 KiB to 2 KiB.
func bareLine(b *testing.B) *tls.Conn {
	b.Helper()
	own := bareCertificate(b)
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{own}, ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS13})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	go answers(l)
	dialer := tls.Dialer{Config: &tls.Config{Certificates: []tls.Certificate{own}, InsecureSkipVerify: true}} // a bare line; nobody is believed here
	line, err := dialer.DialContext(context.Background(), "tcp", l.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = line.Close() })
	return line.(*tls.Conn)
}

func answers(l net.Listener) {
	line, err := l.Accept()
	if err != nil {
		return
	}
	defer line.Close()
	in, out := make([]byte, 2<<10), make([]byte, 4<<10)
	for {
		if _, err := io.ReadFull(line, in); err != nil {
			return
		}
		if _, err := line.Write(out); err != nil {
			return
		}
	}
}

func bareCertificate(b *testing.B) tls.Certificate {
	b.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	spec := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, spec, spec, key.Public(), key)
	if err != nil {
		b.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
