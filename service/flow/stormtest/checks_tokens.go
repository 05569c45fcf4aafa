package stormtest

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

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
		{Name: "a used SO PIN is changed or due", Mid: true, Find: soUsed},
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
	if err := c.login(ctx, session); err != nil {
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

// soKnown sets a PIN under the SO PIN that ought to be in force, on every token: the factory's before the first initialising, then the
// generation that the station has on record, or one of the two where a change has begun. The centre derives all of them.
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
	may, err := s.generations(ctx, serial)
	if err != nil {
		return err
	}
	for _, g := range may {
		var pin []byte
		if pin, err = s.World.Svc.Ticket(ctx, Station, serial, g); err != nil {
			return err
		}
		if err = session.Unblock(ctx, pin, []byte("7351462")); !service.IsCode(err, service.SOPINWrong) {
			return err
		}
	}
	return fmt.Errorf("obeys none of %v: %w", may, err)
}

// generations reads what the station has on record of a token's SO PIN: "2", "2 due" or "2>3"; the first where nothing is recorded.
// A generation that a change may have brought lies sealed here, so that a try needs no line.
func (s *Scene) generations(ctx context.Context, serial string) ([]int, error) {
	may := []int{1}
	err := s.World.Station.Read(ctx, func(v service.View) error {
		text, err := v.Settings.Get("sopin/" + serial + "/current")
		if service.IsCode(err, service.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		from, to, open := strings.Cut(strings.TrimSuffix(string(text), " due"), ">")
		if may[0], err = strconv.Atoi(from); err != nil || !open {
			return err
		}
		g, err := strconv.Atoi(to)
		if err != nil {
			return err
		}
		may = append(may, g)
		return s.derived(ctx, v, serial, may)
	})
	return may, err
}

// derived: what lies sealed here is what the centre derives.
func (s *Scene) derived(ctx context.Context, v service.View, serial string, generations []int) error {
	for _, g := range generations {
		want, err := s.World.Svc.Ticket(ctx, Station, serial, g)
		if err != nil {
			return err
		}
		have, err := v.Settings.Get(fmt.Sprintf("sopin/%s/%d", serial, g))
		if err != nil || !bytes.Equal(have, want) {
			return fmt.Errorf("generation %d does not lie here: %w", g, err)
		}
	}
	return nil
}

// soUsed: of a token whose unlock is past the customer's PIN the station has on record that its SO PIN was used, changes or was changed.
func soUsed(ctx context.Context, s *Scene) ([]string, error) {
	used, err := rows(s.Station, `SELECT c.token FROM cases c JOIN journal j ON j.case_no = c.no WHERE c.kind = '2001' AND j.step = 'pin'
		AND j.state = 'done' AND j.seq = (SELECT max(seq) FROM journal k WHERE k.case_no = c.no AND k.step = 'pin')`)
	var found []string
	for _, serial := range used {
		err := s.World.Station.Read(ctx, func(v service.View) error {
			text, err := v.Settings.Get("sopin/" + serial + "/current")
			if string(text) == "1" {
				found = append(found, serial+" stands at 1")
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return found, err
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
		for g := 1; g <= 3; g++ {
			pin, err := s.World.Svc.Ticket(ctx, Station, c.token, g)
			if err != nil {
				return nil, err
			}
			out[fmt.Sprintf("SO PIN %d of %s", g, c.token)] = pin
		}
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
