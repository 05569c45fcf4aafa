package ca

import (
	_ "embed"
	"encoding/asn1"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"

	"certdesk/service"
)

//go:embed profiles.toml
var defaultProfiles string

// Profile says what a certificate of one kind contains (GM/T 0015). The rows are data: profiles.toml explains them.
type Profile struct {
	Name       string            `toml:"name"`
	Like       string            `toml:"like"` // an earlier profile, whose required, eku, subject and extension stand where these are left out
	Keys       []service.KeyAlg  `toml:"keys"` // algorithms that it takes, all of one family
	Policy     string            `toml:"policy"`
	MaxDays    int               `toml:"max_days"`
	Required   []string          `toml:"required"`
	EKU        []string          `toml:"eku"`
	Subject    map[string]string `toml:"subject"`
	Extensions []ExtensionRow    `toml:"extension"`

	family service.Family
	policy asn1.ObjectIdentifier
	eku    []asn1.ObjectIdentifier
	rows   []extension
}

// ExtensionRow is one extension of a profile.
type ExtensionRow struct {
	OID     string `toml:"oid"`
	Field   string `toml:"field"`
	Form    string `toml:"form"`
	Edition string `toml:"edition"`
}

type extension struct {
	id     asn1.ObjectIdentifier
	fields []string
	form   string
}

// ParseProfiles reads a profile table. CatalogBad (line, reason) for one that makes no sense.
func ParseProfiles(text string) (map[string]Profile, error) {
	var file struct {
		Edition  string    `toml:"edition"`
		Profiles []Profile `toml:"profile"`
	}
	meta, err := toml.Decode(text, &file)
	if err != nil {
		return nil, badTOML("ParseProfiles", err)
	}
	if odd := meta.Undecoded(); len(odd) > 0 {
		return nil, badTable("unknown name "+odd[0].String(), nil)
	}
	table := map[string]Profile{}
	for _, p := range file.Profiles {
		if _, twice := table[p.Name]; twice || p.Name == "" {
			return nil, badTable("profile name "+p.Name, nil)
		}
		if err := p.inherit(table); err != nil {
			return nil, badTable("profile "+p.Name, err)
		}
		if err := p.compile(file.Edition); err != nil {
			return nil, badTable("profile "+p.Name, err)
		}
		table[p.Name] = p
	}
	return table, nil
}

func badTOML(op string, err error) *service.Error {
	args := service.Args{"line": "0", "reason": "toml"}
	var parse toml.ParseError
	if errors.As(err, &parse) {
		args = service.Args{"line": strconv.Itoa(parse.Position.Line), "reason": parse.Message}
	}
	return service.E(service.CatalogBad, "ca."+op, args, err)
}

func badTable(reason string, err error) *service.Error {
	return service.E(service.CatalogBad, "ca.ParseProfiles", service.Args{"line": "0", "reason": reason}, err)
}

// inherit takes over what the profile leaves to the one that it is like.
func (p *Profile) inherit(table map[string]Profile) error {
	if p.Like == "" {
		return nil
	}
	base, ok := table[p.Like]
	if !ok {
		return fmt.Errorf("like %s", p.Like)
	}
	if p.Required == nil {
		p.Required = base.Required
	}
	if p.EKU == nil {
		p.EKU = base.EKU
	}
	if p.Subject == nil {
		p.Subject = base.Subject
	}
	if p.Extensions == nil {
		p.Extensions = base.Extensions
	}
	return nil
}

// compile checks the rows once, so that issuing meets no bad table.
func (p *Profile) compile(edition string) (err error) {
	if p.MaxDays < 1 || p.MaxDays > 3660 {
		return errors.New("max_days")
	}
	if p.family, err = familyOf(p.Keys); err != nil {
		return err
	}
	if p.policy, err = parseOID(p.Policy); err != nil {
		return err
	}
	for _, text := range p.EKU {
		id, err := parseOID(text)
		if err != nil {
			return err
		}
		p.eku = append(p.eku, id)
	}
	for attribute, text := range p.Subject {
		if !strings.Contains(" C ST L O OU CN ", " "+attribute+" ") || !knownTemplate(text) {
			return fmt.Errorf("subject %s", attribute)
		}
	}
	for _, r := range p.Required {
		if !knownFields(strings.Split(r, "|")) {
			return fmt.Errorf("required %s", r)
		}
	}
	return p.compileRows(edition)
}

// familyOf is the one hierarchy that certifies all the algorithms.
func familyOf(keys []service.KeyAlg) (family service.Family, err error) {
	for _, k := range keys {
		f := k.Family()
		if k == "" || f == "" || family != "" && f != family {
			return "", fmt.Errorf("keys %s", k)
		}
		family = f
	}
	if family == "" {
		return "", errors.New("keys")
	}
	return family, nil
}

func (p *Profile) compileRows(edition string) error {
	for _, r := range p.Extensions {
		id, err := parseOID(r.OID)
		fields := strings.Split(r.Field, "|")
		if err != nil || !knownFields(fields) || r.Form != formPrintable && r.Form != formIdentity {
			return fmt.Errorf("extension %s", r.OID)
		}
		if r.Edition == edition {
			p.rows = append(p.rows, extension{id: id, fields: fields, form: r.Form})
		}
	}
	return nil
}

func parseOID(text string) (asn1.ObjectIdentifier, error) {
	var id asn1.ObjectIdentifier
	for _, part := range strings.Split(text, ".") {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return nil, fmt.Errorf("OID %q", text)
		}
		id = append(id, n)
	}
	if len(id) < 2 || id[0] > 2 || id[0] < 2 && id[1] > 39 {
		return nil, fmt.Errorf("OID %q", text)
	}
	return id, nil
}

func (p Profile) policies() []asn1.ObjectIdentifier { return []asn1.ObjectIdentifier{p.policy} }
