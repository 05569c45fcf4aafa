package ca

import (
	"testing"

	"certdesk/service"
)

// FuzzParseProfiles: a table that is taken can issue: its extensions and its name are made without a fault.
func FuzzParseProfiles(f *testing.F) {
	f.Add(defaultProfiles)
	f.Add("edition = \"2012\"\n[[profile]]\nname = \"a\"\nkeys = [\"rsa2048\"]\npolicy = \"1.2.3\"\nmax_days = 10\n")
	subject := service.SubjectFields{CommonName: "李娜", Organisation: "湘江", CreditCode: "91430100MA4L16QH7R", IDNumber: "430102199001011234", Passport: "E1"}
	f.Fuzz(func(t *testing.T, text string) {
		table, err := ParseProfiles(text)
		if err != nil {
			if !service.IsCode(err, service.CatalogBad) {
				t.Fatal(err)
			}
			return
		}
		for _, p := range table {
			if err := p.checkSubject(subject); err != nil && !service.IsCode(err, service.CARefused) {
				t.Fatal(err)
			}
			if _, err := p.extensions(subject); err != nil {
				t.Fatal(err)
			}
			_ = p.subject(subject)
		}
	})
}
