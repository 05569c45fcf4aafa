package stormtest

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"

	"certdesk/service"
	"certdesk/service/sm"
	"certdesk/token/softkey"
)

// tokens: the pair of a completed case can be used under the customer's PIN, the SO PIN of every token is known, and no secret
// stands in a file.
func tokens() []Check {
	return []Check{
		{Name: "the token is whole", Find: eachWork(wholeToken)},
		{Name: "the SO PIN is known", Find: soKnown},
		{Name: "no secret outside its place", Mid: true, Find: untold},
	}
}

func eachWork(look func(context.Context, *Scene, *work) error) func(context.Context, *Scene) ([]string, error) {
	return func(ctx context.Context, s *Scene) ([]string, error) {
		var found []string
		for _, c := range s.Works {
			if c.token == "" || c.Kind != service.KindIssue {
				continue
			}
			if err := look(ctx, s, c); err != nil {
				found = append(found, c.no+" on "+c.token+": "+err.Error())
			}
		}
		return found, nil
	}
}

// wholeToken holds the token of a completed 1001 against the books: one container with both certificates, both keys at work.
func wholeToken(ctx context.Context, s *Scene, c *work) error {
	session, err := s.World.open(ctx, c.token)
	if err != nil {
		return err
	}
	defer session.Close()
	boxes, err := session.Containers(ctx)
	if err != nil || len(boxes) != 1 {
		return fmt.Errorf("%d containers, %w", len(boxes), err)
	}
	if err := s.booked(c, boxes[0]); err != nil {
		return err
	}
	if err := session.Login(ctx, []byte(c.pin)); err != nil {
		return err
	}
	return atWork(ctx, session, boxes[0])
}

// booked: what the token holds is what is valid in the books of its case.
func (s *Scene) booked(c *work, box service.Container) error {
	for usage, der := range map[string][]byte{"sign": box.Sign, "encrypt": box.Encrypt} {
		cert, err := sm.ParseCertificate(der)
		if err != nil {
			return err
		}
		n := 0
		err = s.Station.QueryRow("SELECT count(*) FROM certificates WHERE serial = ? AND usage = ? AND status = 'valid' AND token = ? AND case_no = ?",
			sm.SerialText(cert.Serial), usage, c.token, c.no).Scan(&n)
		if err != nil || n != 1 {
			return fmt.Errorf("%s certificate is not in the books: %w", usage, err)
		}
	}
	return nil
}

func atWork(ctx context.Context, session service.TokenSession, box service.Container) error {
	sign, err := sm.ParseCertificate(box.Sign)
	if err != nil {
		return err
	}
	encrypt, err := sm.ParseCertificate(box.Encrypt)
	if err != nil {
		return err
	}
	message := []byte("a message")
	sig, err := session.Sign(ctx, box.Name, message)
	if err != nil {
		return err
	}
	if err := sm.Verify(sign.SPKI, message, sig); err != nil {
		return err
	}
	sealed, err := sm.Encrypt(rand.Reader, encrypt.SPKI, message)
	if err != nil {
		return err
	}
	opened, err := session.Decrypt(ctx, box.Name, sealed)
	if err == nil && !bytes.Equal(opened, message) {
		err = fmt.Errorf("decrypted to something else")
	}
	return err
}

// soKnown sets a PIN under the SO PIN that ought to be in force, on every token: the factory's before the first initialising, the
// centre's after it.
func soKnown(ctx context.Context, s *Scene) ([]string, error) {
	all, err := s.World.Drawer.Serials()
	if err != nil {
		return nil, err
	}
	var found []string
	for _, serial := range all {
		if err := s.soObeys(ctx, serial); err != nil {
			found = append(found, serial+": "+err.Error())
		}
	}
	return found, nil
}

func (s *Scene) soObeys(ctx context.Context, serial string) error {
	session, err := s.World.open(ctx, serial)
	if err != nil {
		return err
	}
	defer session.Close()
	info, err := session.Info(ctx)
	if err != nil {
		return err
	}
	if !info.Initialised {
		_, err = session.Initialise(ctx, service.InitSpec{SOPIN: []byte(softkey.FactorySOPIN), NewSOPIN: []byte("another-so-pin"), UserPIN: []byte("7351462"), Label: "look"})
		return err
	}
	pin, err := s.World.Svc.Ticket(ctx, Station, serial, 1)
	if err != nil {
		return err
	}
	return session.Unblock(ctx, pin, []byte("7351462"))
}

// untold looks for the customers' PINs and the tokens' SO PINs in everything that the counter and the centre wrote.
func untold(ctx context.Context, s *Scene) ([]string, error) {
	secrets, err := s.secrets(ctx)
	if err != nil {
		return nil, err
	}
	names, err := filepath.Glob(filepath.Join(s.World.Dir, "*"))
	if err != nil {
		return nil, err
	}
	var found []string
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		for what, secret := range secrets {
			if bytes.Contains(raw, secret) {
				found = append(found, filepath.Base(name)+" tells "+what)
			}
		}
	}
	return found, nil
}

func (s *Scene) secrets(ctx context.Context) (map[string][]byte, error) {
	out := map[string][]byte{}
	for _, c := range s.Works {
		out["the PIN of "+c.no] = []byte(c.Customer.PIN)
		if c.token == "" {
			continue
		}
		pin, err := s.World.Svc.Ticket(ctx, Station, c.token, 1)
		if err != nil {
			return nil, err
		}
		out["the SO PIN of "+c.token] = pin
	}
	return out, nil
}

// open puts a token in and opens it.
func (w *World) open(ctx context.Context, serial string) (service.TokenSession, error) {
	if err := w.insert(serial); err != nil {
		return nil, err
	}
	return w.Drawer.Open(ctx, serial)
}
