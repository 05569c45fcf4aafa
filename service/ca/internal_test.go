package ca

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/asn1"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/sm"
)

func TestDefaultProfiles(t *testing.T) {
	table, err := ParseProfiles(defaultProfiles)
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{"org", "staff", "person"} {
		for family, keys := range map[service.Family][]service.KeyAlg{service.FamilySM2: {service.AlgSM2}, service.FamilyP256: {service.AlgP256},
			service.FamilyRSA: {service.AlgRSA, service.AlgRSA3072}} {
			p, dual := table[who+"-"+string(family)], table[who+"-sm2"]
			if p.family != family || !slices.Equal(p.Keys, keys) || p.policy.Equal(dual.policy) != (family == service.FamilySM2) {
				t.Errorf("%s-%s: %+v", who, family, p)
			}
			if !maps.Equal(p.Subject, dual.Subject) || !slices.Equal(p.Required, dual.Required) || len(p.rows) != len(dual.rows) {
				t.Errorf("%s is named otherwise than %s", p.Name, dual.Name)
			}
		}
	}
}

// TestEditions reads the same table for both editions of GM/T 0015: only the edition's rows are written.
func TestEditions(t *testing.T) {
	f := service.SubjectFields{CommonName: "张三", Organisation: "甲", CreditCode: "914403001922038216", Passport: "E1"}
	passport2012, _ := asn1.Marshal(asn1.RawValue{Class: 2, Tag: 2, IsCompound: true, Bytes: []byte("\x13\x02E1")})
	for edition, want := range map[string]map[string]string{
		"2012": {"1.2.156.10260.4.1.1": string(passport2012), "1.2.156.10260.4.1.4": "\x13\x12914403001922038216"},
		"2023": {"1.2.156.10260.4.1.1.2": "\x13\x02E1", "1.2.156.10260.4.4": "\x13\x12914403001922038216"},
	} {
		table, err := ParseProfiles(strings.Replace(defaultProfiles, `edition = "2012"`, `edition = "`+edition+`"`, 1))
		if err != nil {
			t.Fatal(err)
		}
		got, err := table["staff-sm2"].extensions(f)
		if err != nil || len(got) != len(want) {
			t.Fatalf("%s: %v, %v", edition, got, err)
		}
		for _, x := range got {
			if want[x.Id.String()] != string(x.Value) {
				t.Errorf("%s: %v is %x", edition, x.Id, x.Value)
			}
		}
	}
}

func TestIdentityCodeOfACard(t *testing.T) {
	der, err := encodeValue(formIdentity, "id", "11010519491231002X")
	if err != nil || !bytes.Equal(der, append([]byte{0xa0, 20, 0x13, 18}, "11010519491231002X"...)) {
		t.Fatalf("%x, %v", der, err)
	}
}

func TestParseProfilesRefuses(t *testing.T) {
	good := "edition = \"2012\"\n[[profile]]\nname = \"a\"\nkeys = [\"sm2\"]\npolicy = \"1.2.3\"\nmax_days = 10\n"
	if _, err := ParseProfiles(good); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"no TOML":           "[[profile]\n",
		"unknown name":      good + "colour = \"red\"\n",
		"no name":           strings.Replace(good, `"a"`, `""`, 1),
		"twice":             good + good[strings.Index(good, "[["):],
		"no keys":           strings.Replace(good, `["sm2"]`, `[]`, 1),
		"unknown key":       strings.Replace(good, `["sm2"]`, `["sm2", "dsa"]`, 1),
		"keys of two CAs":   strings.Replace(good, `["sm2"]`, `["sm2", "p256"]`, 1),
		"like nobody":       good + "like = \"b\"\n",
		"no days":           strings.Replace(good, "10", "0", 1),
		"policy no OID":     strings.Replace(good, "1.2.3", "1.x", 1),
		"policy short":      strings.Replace(good, "1.2.3", "1", 1),
		"EKU no OID":        good + "eku = [\"3.1\"]\n",
		"attribute":         good + "subject = { DC = \"x\" }\n",
		"subject field":     good + "subject = { CN = \"{name}\" }\n",
		"required field":    good + "required = [\"id|name\"]\n",
		"extension field":   good + "extension = [{ oid = \"1.2.3\", field = \"x\", form = \"printable\", edition = \"2012\" }]\n",
		"extension form":    good + "extension = [{ oid = \"1.2.3\", field = \"id\", form = \"x\", edition = \"2012\" }]\n",
		"extension no OID":  good + "extension = [{ oid = \"\", field = \"id\", form = \"printable\", edition = \"2012\" }]\n",
		"days beyond range": strings.Replace(good, "10", "99999", 1),
	} {
		if _, err := ParseProfiles(text); !service.IsCode(err, service.CatalogBad) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestUntil(t *testing.T) {
	late := time.Date(2026, 11, 21, 16, 30, 0, 0, time.UTC) // half past midnight on the 22nd in China
	if got := until(late, 1); !got.Equal(time.Date(2026, 11, 23, 15, 59, 59, 0, time.UTC)) {
		t.Fatal(got)
	}
	leap := time.Date(2027, 3, 1, 4, 0, 0, 0, time.UTC)
	if got := until(leap, 365); !got.Equal(time.Date(2028, 2, 29, 15, 59, 59, 0, time.UTC)) {
		t.Fatal(got)
	}
}

// memory is a store of one transaction that remembers what was logged and set; for what needs no more.
type memory struct {
	settings map[string][]byte
	log      []LogEntry
}

func (m *memory) Get(name string) ([]byte, error) {
	if v, found := m.settings[name]; found {
		return v, nil
	}
	return nil, notFound("Get", "setting", name)
}

func (m *memory) Set(name string, v []byte) error {
	m.settings[name] = v
	return nil
}

func (m *memory) Head() (LogEntry, error) {
	if len(m.log) == 0 {
		return LogEntry{}, notFound("Head", "log", "head")
	}
	return m.log[len(m.log)-1], nil
}

func (m *memory) Append(e LogEntry) error {
	m.log = append(m.log, e)
	return nil
}

func (m *memory) Read(_ context.Context, fn func(Tx) error) error { return fn(Tx{Settings: m, Log: m}) }
func (m *memory) Act(_ context.Context, fn func(Tx) error) error  { return fn(Tx{Settings: m, Log: m}) }

func inMemory(t *testing.T) (*Service, *memory) {
	t.Helper()
	m := &memory{settings: map[string][]byte{}}
	env := service.Env{Now: time.Now, Rand: rand.Reader, NewID: func() string { return "id" }}
	s, err := New(m, env, make([]byte, 32))
	if err == nil {
		err = s.Init(t.Context(), InitSpec{Name: "测试", Hosts: []string{"a"}})
	}
	if err != nil {
		t.Fatal(err)
	}
	return s, m
}

// TestEscrow proves that the KMC can recover the encryption key from what is stored.
func TestEscrow(t *testing.T) {
	s, m := inMemory(t)
	token, err := sm.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tx := Tx{Settings: m, Log: m}
	p, err := s.public(tx)
	if err != nil {
		t.Fatal(err)
	}
	pair, err := s.make(t.Context(), p, s.profiles["person-sm2"], "0430", IssueRequest{PublicKey: token.PublicKey(), Days: 1,
		Subject: service.SubjectFields{CommonName: "张三", IDNumber: "11010519491231002X"}})
	if err != nil {
		t.Fatal(err)
	}
	body, err := s.body(*pair)
	if err != nil {
		t.Fatal(err)
	}
	kmc, err := s.key(tx, keyKMC)
	if err != nil {
		t.Fatal(err)
	}
	key, err := sm.OpenEnvelope(kmc, body.Escrow)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := sm.ParseCertificate(body.Encrypt); err != nil || !bytes.Equal(c.SPKI, key.PublicKey()) {
		t.Fatalf("the escrowed key is not the certificate's: %v", err)
	}
	if bytes.Contains(pair.Body, []byte("11010519491231002X")) || bytes.Contains(pair.Body, body.Sign) {
		t.Fatal("the person stands in the clear")
	}
}

func TestLogIsAChain(t *testing.T) {
	s, m := inMemory(t)
	for range 3 {
		if err := s.PutCatalog(t.Context(), []byte("a = 1")); err != nil {
			t.Fatal(err)
		}
	}
	for i, e := range m.log {
		if e.Seq != int64(i+1) || !bytes.Equal(e.Hash, e.digest()) || i > 0 && !bytes.Equal(e.Prev, m.log[i-1].Hash) {
			t.Fatalf("line %d: %+v", i, e)
		}
	}
	if len(m.log) != 4 {
		t.Fatalf("%d lines for an init and three catalogs", len(m.log))
	}
}

func TestNoKeyStandsInTheClear(t *testing.T) {
	s, m := inMemory(t)
	if err := s.Found(t.Context(), service.OtherFamilies()...); err != nil {
		t.Fatal(err)
	}
	names := []string{keyRoot, keyIssuing, keyKMC, keyCMP, keyTLSRoot, keyServer, keySOPIN}
	for _, f := range service.OtherFamilies() {
		names = append(names, otherKey(f, roleRoot), otherKey(f, roleIssuing))
	}
	for _, name := range names {
		plain, err := s.secret(Tx{Settings: m}, name)
		if err != nil {
			t.Fatal(err)
		}
		for where, stored := range m.settings {
			if bytes.Contains(stored, plain) {
				t.Errorf("%s stands in %s", name, where)
			}
		}
		m.settings["moved"] = m.settings[name]
		if _, err := s.secret(Tx{Settings: m}, "moved"); !service.IsCode(err, service.StoreCorrupt) {
			t.Errorf("%s opens under another name: %v", name, err)
		}
	}
}
