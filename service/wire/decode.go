package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	"certdesk/service"
)

// Message is a body of the protocol. Check refuses what no honest sender writes: service.InputInvalid, InputRequired or
// InputTooLong with the field.
type Message interface{ Check() error }

const maxDepth = 16

// Read reads one message of at most limit bytes into m and checks it. service.InputTooLong (field body) for a longer body,
// service.InputInvalid (field body) for what is not exactly one such message. The reader's own errors come back as they are.
func Read(r io.Reader, limit int64, m Message) error {
	body, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return err
	}
	if int64(len(body)) > limit {
		return service.E(service.InputTooLong, "wire.Read",
			service.Args{"field": "body", "max": strconv.FormatInt(limit, 10)}, nil)
	}
	return Decode(body, m)
}

// Decode reads exactly one message: no unknown name, no name twice, nothing behind it.
func Decode(body []byte, m Message) error {
	if err := single(body); err != nil {
		return invalid("body", err)
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(m); err != nil {
		return invalid("body", err)
	}
	return m.Check()
}

// Encode writes a message; it is the inverse of Decode.
func Encode(m any) ([]byte, error) {
	body, err := json.Marshal(m)
	if err != nil {
		return nil, service.E(service.Internal, "wire.Encode", nil, err)
	}
	return body, nil
}

// single walks the tokens: the body is one object, no name stands twice in an object (the decoder would take the last and
// another implementation the first), and the nesting is shallow.
func single(body []byte) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	first, err := d.Token()
	if err != nil {
		return err
	}
	if first != json.Delim('{') {
		return errors.New("not an object")
	}
	if err := walkObject(d, 1); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("bytes behind the message")
	}
	return nil
}

func walkObject(d *json.Decoder, depth int) error {
	seen := map[string]bool{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		key, _ := name.(string)
		// The decoder matches names whatever their case.
		key = strings.ToLower(key)
		if seen[key] || !ascii(key) {
			return errors.New("a name stands twice or is not ASCII")
		}
		seen[key] = true
		if err := walkValue(d, depth); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

func walkArray(d *json.Decoder, depth int) error {
	for d.More() {
		if err := walkValue(d, depth); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

func walkValue(d *json.Decoder, depth int) error {
	if depth >= maxDepth {
		return errors.New("nested too deep")
	}
	t, err := d.Token()
	switch {
	case err != nil:
		return err
	case t == json.Delim('{'):
		return walkObject(d, depth+1)
	case t == json.Delim('['):
		return walkArray(d, depth+1)
	}
	return nil
}

func invalid(field string, err error) *service.Error {
	return service.E(service.InputInvalid, "wire.Decode", service.Args{"field": field, "reason": "format"}, err)
}

func ascii(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}
