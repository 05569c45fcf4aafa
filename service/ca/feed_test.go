package ca_test

import (
	"bytes"
	"regexp"
	"testing"

	"certdesk/service"
	"certdesk/service/ca"
	"certdesk/service/sm"
)

func clerk() service.Staff {
	return service.Staff{Login: "1001", Name: "王芳", Role: service.RoleClerk, Password: "$argon2id$…", Active: true}
}

func TestFeed(t *testing.T) {
	c := found(t)
	c.joined("0430")
	empty, err := c.Feed(c.ctx(), "0430")
	ok(t, err)
	if len(empty.Staff) != 0 || empty.Catalog != nil || empty.Station.Hall != "长沙市政务大厅" {
		t.Fatalf("first feed: %+v", empty)
	}
	ok(t, c.PutStaff(c.ctx(), clerk()))
	ok(t, c.PutCatalog(c.ctx(), []byte("version = \"2026-11\"\n")))
	f, err := c.Feed(c.ctx(), "0430")
	ok(t, err)
	if len(f.Staff) != 1 || f.Staff[0].Name != "王芳" || f.Staff[0].ID == "" || f.Staff[0].Password != "$argon2id$…" || !f.Staff[0].Active {
		t.Fatalf("staff: %+v", f.Staff)
	}
	if string(f.Catalog) != "version = \"2026-11\"\n" {
		t.Fatalf("catalog: %q", f.Catalog)
	}
	_, err = sm.ParseCRL(f.CRL)
	ok(t, err)
	_, err = c.Feed(c.ctx(), "9")
	wants(t, err, service.StationUnknown, "")
}

func TestReceiptRanges(t *testing.T) {
	c := found(t)
	c.joined("0430")
	c.joined("0431")
	first, err := c.Feed(c.ctx(), "0430")
	ok(t, err)
	if want := (ca.ReceiptRange{Prefix: "R-0430-", From: 1, To: 10000}); first.Range != want {
		t.Fatalf("first range %+v", first.Range)
	}
	again, err := c.Feed(c.ctx(), "0430")
	if err != nil || again.Range != first.Range {
		t.Fatalf("asked again: %+v, %v", again.Range, err)
	}
	other, err := c.Feed(c.ctx(), "0431")
	if err != nil || other.Range.Prefix == first.Range.Prefix {
		t.Fatalf("another station: %+v, %v", other.Range, err)
	}
	for range 2 { // the second time the reply was lost
		next, err := c.NextRange(c.ctx(), "0430", 10000)
		if want := (ca.ReceiptRange{Prefix: "R-0430-", From: 10001, To: 20000}); err != nil || next != want {
			t.Fatalf("next range %+v, %v", next, err)
		}
	}
	_, err = c.NextRange(c.ctx(), "0430", 30000)
	wants(t, err, service.CARefused, "range")
	last, err := c.Feed(c.ctx(), "0430")
	if err != nil || last.Range.From != 10001 {
		t.Fatalf("feed after: %+v, %v", last.Range, err)
	}
}

func TestTicket(t *testing.T) {
	c := found(t)
	c.joined("0430")
	c.joined("0431")
	ask := func(station, serial string, g int) []byte {
		t.Helper()
		pin, err := c.Ticket(c.ctx(), station, serial, g)
		ok(t, err)
		return pin
	}
	pin := ask("0430", "SK00000001", 1)
	if !regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{16}$`).Match(pin) {
		t.Fatalf("form %q", pin)
	}
	if !bytes.Equal(pin, ask("0431", "SK00000001", 1)) {
		t.Fatal("another station got another PIN")
	}
	if bytes.Equal(pin, ask("0430", "SK00000001", 2)) || bytes.Equal(pin, ask("0430", "SK00000002", 1)) {
		t.Fatal("one PIN for two tokens or generations")
	}
	for reason, try := range map[string]func() error{
		"serial":     func() error { _, err := c.Ticket(c.ctx(), "0430", "a\nb", 1); return err },
		"generation": func() error { _, err := c.Ticket(c.ctx(), "0430", "a", -1); return err },
	} {
		wants(t, try(), service.CARefused, reason)
	}
	_, err := c.Ticket(c.ctx(), "9", "a", 1)
	wants(t, err, service.StationUnknown, "")
}

func TestPutStaff(t *testing.T) {
	c := found(t)
	ok(t, c.PutStaff(c.ctx(), clerk()))
	changed := clerk()
	changed.Role, changed.Active = service.RoleSupervisor, false
	ok(t, c.PutStaff(c.ctx(), changed)) // the same login is the same person
	people, err := c.Staff(c.ctx())
	if err != nil || len(people) != 1 || people[0].Role != service.RoleSupervisor || people[0].Active {
		t.Fatalf("people: %+v, %v", people, err)
	}
	for reason, spoil := range map[string]func(*service.Staff){
		"digits":     func(s *service.Staff) { s.Login = "fang" },
		"characters": func(s *service.Staff) { s.Name = "王\u202e芳" },
		"unknown":    func(s *service.Staff) { s.Role = "boss" },
		"format":     func(s *service.Staff) { s.Password = "" },
		"taken":      func(s *service.Staff) { s.ID = "somebody else" },
	} {
		p := clerk()
		spoil(&p)
		wants(t, c.PutStaff(c.ctx(), p), service.InputInvalid, reason)
	}
}

func TestPutCatalogNamesTheLine(t *testing.T) {
	c := found(t)
	err := c.PutCatalog(c.ctx(), []byte("a = 1\nb = \n"))
	if !service.IsCode(err, service.CatalogBad) || service.ArgsOf(err)["line"] != "2" {
		t.Fatal(err)
	}
}
