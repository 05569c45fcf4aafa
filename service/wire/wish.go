package wire

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"sort"
	"strings"

	"certdesk/service"
)

// IDWish is certdesk's own, in its private arc: the wish for a pair as an extension in the CertTemplate of the first request
// of an ir. Its value is a UTF8String of JSON (Wish). It stands in the template, not in generalInfo, so that the proof of
// possession covers it: the token's key signs for exactly this holder, profile and term. The CA reads it and copies it into
// no certificate. A template cannot say this by itself: what name and extensions result is the profile's matter.
func IDWish() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 58888, 1, 2} }

// Wish says what is asked for. Equal wishes give equal bytes.
type Wish struct {
	Profile string                `json:"profile"`
	Subject service.SubjectFields `json:"subject"`
	Days    int                   `json:"days"` // the profile caps them
}

// Check implements Message. What a profile allows is the centre's to judge.
func (w *Wish) Check() error {
	if err := firstOf(needText("profile", w.Profile, 64), inRange("days", int64(w.Days), 1, 10*366)); err != nil {
		return err
	}
	f := w.Subject
	for _, v := range []struct{ name, value string }{{"cn", f.CommonName}, {"o", f.Organisation}, {"ou", f.Unit}, {"st", f.Province},
		{"l", f.City}, {"uscc", f.CreditCode}, {"id", f.IDNumber}, {"passport", f.Passport}} {
		if err := capText(v.name, v.value, 512); err != nil {
			return err
		}
	}
	return needText("cn", f.CommonName, 512)
}

// Extension encodes the wish.
func (w *Wish) Extension() (pkix.Extension, error) {
	if err := w.Check(); err != nil {
		return pkix.Extension{}, err
	}
	text, err := Encode(w)
	if err != nil {
		return pkix.Extension{}, err
	}
	der, err := asn1.MarshalWithParams(string(text), "utf8")
	if err != nil {
		return pkix.Extension{}, service.E(service.Internal, "wire.Extension", nil, err)
	}
	return pkix.Extension{Id: IDWish(), Value: der}, nil
}

// ReadWish decodes the value of the extension. Errors as Decode.
func ReadWish(value []byte) (Wish, error) {
	var text string
	rest, err := asn1.UnmarshalWithParams(value, &text, "utf8")
	if err == nil && len(rest) > 0 {
		err = errors.New("bytes behind the value")
	}
	if err != nil {
		return Wish{}, invalid("wish", err)
	}
	var w Wish
	if err := Decode([]byte(text), &w); err != nil {
		return Wish{}, err
	}
	return w, nil
}

// Lines is the error as the text of a PKIStatusInfo: the code, then every argument as name=value, by name.
func (e Error) Lines() []string {
	lines := []string{string(e.Code)}
	for name, value := range e.Args {
		lines = append(lines, name+"="+value)
	}
	sort.Strings(lines[1:])
	return lines
}

// FromLines reverses Lines; ok is false for the text of another CA.
func FromLines(lines []string) (e Error, ok bool) {
	if len(lines) == 0 || len(lines) > 1+maxArgs {
		return Error{}, false
	}
	e.Code = service.Code(lines[0])
	for _, l := range lines[1:] {
		name, value, found := strings.Cut(l, "=")
		if !found {
			return Error{}, false
		}
		if _, twice := e.Args[name]; twice {
			return Error{}, false
		}
		if e.Args == nil {
			e.Args = service.Args{}
		}
		e.Args[name] = value
	}
	return e, e.Check() == nil
}
