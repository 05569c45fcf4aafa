package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/crypto/argon2"
	_ "modernc.org/sqlite"

	"certdesk/cmd/certdesk/app"
	"certdesk/db"
	"certdesk/service"
	"certdesk/service/biz/steps"
	"certdesk/service/flow"
	"certdesk/service/sm"
)

// madeAt adds what a station's store holds under seal: SO PINs, job PINs and job secrets, and its own private keys; and its data key.
func (h hidden) madeAt(dir string) error {
	o := app.Options{Dir: dir, Env: app.RealEnv()}
	key, err := db.LoadOrCreateKey(o.Key(), o.Env.Rand, false)
	if err != nil {
		return err
	}
	h["data key of "+filepath.Base(dir)] = key
	a, err := app.Beside(context.Background(), o)
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Store.Read(context.Background(), func(v service.View) error { return errors.Join(h.settings(v), h.jobs(v)) })
}

// settings adds every SO PIN, and every private key that stands in a setting.
func (h hidden) settings(v service.View) error {
	names, err := v.Settings.Names("")
	if err != nil {
		return err
	}
	for _, name := range names {
		value, err := v.Settings.Get(name)
		if err != nil {
			return err
		}
		if strings.HasPrefix(name, "sopin/") && filepath.Base(name) != "current" {
			h[name] = value
		}
		h.keysIn(name, value)
	}
	return nil
}

// keysIn adds the private keys of a value: PKCS #8, alone or as base64 members of a JSON object.
func (h hidden) keysIn(name string, value []byte) {
	if d := scalar(value); d != nil {
		h["private key "+name] = d
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(value, &members) != nil {
		return
	}
	for k, raw := range members {
		var b []byte
		if json.Unmarshal(raw, &b) != nil {
			b = raw
		}
		h.keysIn(name+"/"+k, b)
	}
}

// scalar cuts the private number out of a PKCS #8 key on a curve of 256 bits (RFC 5915: version 1, OCTET STRING of 32 bytes).
func scalar(der []byte) []byte {
	if _, d, ok := bytes.Cut(der, []byte{2, 1, 1, 4, 32}); ok && len(d) >= 32 && der[0] == 0x30 {
		return d[:32]
	}
	return nil
}

func (h hidden) jobs(v service.View) error {
	cases, err := v.Cases.Find(service.CaseQuery{Kind: service.KindIssue, Limit: 1000})
	if err != nil {
		return err
	}
	for _, s := range cases {
		c, err := v.Cases.Case(s.No)
		if err != nil {
			return err
		}
		entries, err := v.Journal.Entries(s.No)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if secret := e.Data[steps.JobSecret]; secret != "" {
				if err := h.job(&c, e.Data, secret); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (h hidden) job(c *service.Case, out map[string]string, secret string) error {
	pin, err := steps.JobPIN(&flow.Facts{Case: c, Out: out}, service.PINRule{Max: 16})
	if err != nil {
		return err
	}
	raw, err := hex.DecodeString(secret)
	h["job PIN of "+c.No], h["job secret of "+c.No] = pin, raw
	return err
}

// madeAtCentre adds the centre's data key and what stands sealed in its settings: the keys of the CA and the master of all SO PINs.
func (h hidden) madeAtCentre(store, keyFile string) error {
	key, err := db.LoadOrCreateKey(keyFile, app.RealEnv().Rand, false)
	if err != nil {
		return err
	}
	h["centre's data key"] = key
	seal, err := sm.NewSealer(app.RealEnv().Rand, key, 1)
	if err != nil {
		return err
	}
	d, err := sql.Open("sqlite", "file:"+store+"?mode=ro")
	if err != nil {
		return err
	}
	defer d.Close()
	rows, err := d.Query("SELECT name, value FROM setting WHERE name LIKE 'key.%'")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var sealed []byte
		if err := rows.Scan(&name, &sealed); err != nil {
			return err
		}
		plain, err := seal.Open(sealed, "setting", name, "value")
		if err != nil {
			return err
		}
		if h.keysIn("centre/"+name, plain); scalar(plain) == nil {
			h["centre/"+name] = plain
		}
	}
	return rows.Err()
}

// softToken is as much of a token file as is needed to open its keys with a PIN.
type softToken struct {
	Serial string
	KDF    struct {
		Passes, MemoryKiB uint32
		Lanes             uint8
	}
	User  struct{ Salt, Sealed []byte }
	Boxes []struct {
		Name            string
		SignKey, EncKey []byte
	}
}

// madeOnToken adds the master key and the private keys of a soft UKey, opened with its PIN.
func (h hidden) madeOnToken(file string, pin []byte) error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var k softToken
	if err := json.Unmarshal(raw, &k); err != nil {
		return err
	}
	open := func(key, sealed []byte, place ...string) []byte {
		seal, e := sm.NewSealer(app.RealEnv().Rand, key, 1)
		if e != nil {
			err = errors.Join(err, e)
			return nil
		}
		plain, e := seal.Open(sealed, place...)
		err = errors.Join(err, e)
		return plain
	}
	master := open(argon2.IDKey(pin, k.User.Salt, k.KDF.Passes, k.KDF.MemoryKiB, k.KDF.Lanes, 32), k.User.Sealed, "softkey master", k.Serial, "user")
	if err != nil {
		return err
	}
	h["master key of "+k.Serial] = master
	for _, b := range k.Boxes {
		h.keysIn("signing key of "+k.Serial, open(master, b.SignKey, "softkey key", k.Serial, b.Name, "sign"))
		h.keysIn("encryption key of "+k.Serial, open(master, b.EncKey, "softkey key", k.Serial, b.Name, "encrypt"))
	}
	return err
}
