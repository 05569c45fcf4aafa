package flowtest

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"

	"certdesk/service"
	"certdesk/service/ca"
	"certdesk/service/sm"
)

// Proof ends the test unless a completed 1001 is whole: one valid pair (or single certificate) on its line here, the same one valid at
// the centre and confirmed, every other pair that the centre ever made for it revoked, the pair readable on the pinned token and usable
// under the customer's PIN.
func (v *Visit) Proof() {
	v.Helper()
	v.Status(service.Completed)
	c := v.Case()
	sign := v.validPair(c)
	v.centreAgrees(c.Line, sign)
	v.tokenHolds(c.Token, sign)
}

// validPair gives the serial of the signing certificate.
func (v *Visit) validPair(c service.Case) string {
	v.Helper()
	var valid []service.Certificate
	v.Read(func(view service.View) error {
		all, err := view.Certificates.Find(service.CertificateQuery{Line: c.Line})
		for _, k := range all {
			if k.Status == service.CertValid {
				valid = append(valid, k)
			}
		}
		return err
	})
	if len(valid) == 1 && valid[0].Usage == service.UsageBoth && valid[0].Token == c.Token {
		return valid[0].Serial
	}
	if len(valid) != 2 || valid[0].Usage == valid[1].Usage || valid[0].Token != c.Token || valid[1].Token != c.Token {
		v.Fatalf("line %s holds %d valid certificates on %q", c.Line, len(valid), c.Token)
	}
	if valid[0].Usage == service.UsageSign {
		return valid[0].Serial
	}
	return valid[1].Serial
}

// centreAgrees holds the line against the centre; what the centre made and the station never booked belongs to nobody.
func (v *Visit) centreAgrees(line, want string) {
	v.Helper()
	for _, p := range v.Hall.Line.Pairs {
		serial := serialOf(v, p.Sign)
		if v.elsewhere(serial, line) {
			continue
		}
		status := v.PairStatus(serial)
		if serial == want && status != ca.PairConfirmed {
			v.Fatalf("the centre says %s of the pair in use", status)
		}
		if serial != want && status != ca.PairRevoked {
			v.Fatalf("the centre says %s of pair %s, which nobody has", status, serial)
		}
	}
}

func (v *Visit) elsewhere(serial, line string) bool {
	v.Helper()
	var known service.Certificate
	v.Read(func(view service.View) (err error) {
		known, err = view.Certificates.Certificate(serial)
		if service.IsCode(err, service.NotFound) {
			return nil
		}
		return err
	})
	return known.Line != "" && known.Line != line
}

// PairStatus asks the centre's own store.
func (h *Hall) PairStatus(serial string) ca.PairStatus {
	h.Helper()
	var status ca.PairStatus
	h.Must(h.Centre.Store.Read(context.Background(), func(tx ca.Tx) error {
		found, err := tx.Pairs.Find(ca.PairQuery{Serial: serial})
		if err == nil && len(found) == 1 {
			status = found[0].Status
		}
		return err
	}))
	return status
}

func serialOf(v *Visit, der []byte) string {
	v.Helper()
	c, err := sm.ParseCertificate(der)
	v.Must(err)
	return sm.SerialText(c.Serial)
}

func (v *Visit) tokenHolds(serial, sign string) {
	v.Helper()
	ctx := context.Background()
	s, err := v.Drawer.Open(ctx, serial)
	v.Must(err)
	defer s.Close()
	held, err := s.Containers(ctx)
	v.Must(err)
	if len(held) != 1 || serialOf(v, held[0].Sign) != sign {
		v.Fatalf("the token holds %d containers", len(held))
	}
	v.Must(s.Login(ctx, []byte(v.PIN)))
	sig, err := s.Sign(ctx, held[0].Name, []byte("hello"))
	v.Must(err)
	cert, err := sm.ParseCertificate(held[0].Sign)
	v.Must(err)
	v.Must(sm.VerifyMessage(cert.SPKI, []byte("hello"), sig))
}

// Nowhere ends the test if one of the secrets stands in any file of the counter: database, write-ahead log, tokens.
func (h *Hall) Nowhere(secrets ...string) {
	h.Helper()
	h.Must(filepath.WalkDir(h.Dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		for _, s := range secrets {
			if len(s) > 0 && bytes.Contains(raw, []byte(s)) {
				h.Errorf("%s holds %q", filepath.Base(path), s)
			}
		}
		return err
	}))
}

// Untold ends the test if an error tells a secret.
func (h *Hall) Untold(err error, secrets ...string) {
	h.Helper()
	for _, s := range secrets {
		if err != nil && strings.Contains(err.Error(), s) {
			h.Errorf("the error tells a secret: %v", err)
		}
	}
}
