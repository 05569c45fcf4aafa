package main

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// side is what a device of this standard keeps and the soft token has no place for. It stands beside the token as SERIAL.skf and
// belongs to the token's present content: what makes or deletes the application writes it anew. A missing or spoilt file is empty.
type side struct {
	App       string   `json:"app,omitempty"`
	Label     string   `json:"label,omitempty"`
	Empty     []string `json:"empty,omitempty"`     // containers without a key
	AuthKey   []byte   `json:"authKey,omitempty"`   // of the device; nil is the factory's
	Serial    string   `json:"serial,omitempty"`    // what the device says where it is not the drawer's
	Protected bool     `json:"protected,omitempty"` // a switch on the device: nothing is written
}

// defaultApp is the application of a token that other software initialised.
const defaultApp = "CERTDESK"

// factoryAuthKey is the device key of a new token.
const factoryAuthKey = "1234567812345678"

func (d *device) sidePath() string { return filepath.Join(d.drawer.dir, d.serial+".skf") }

func (d *device) side() side {
	data, err := os.ReadFile(d.sidePath())
	if err != nil {
		return side{}
	}
	return parseSide(data)
}

func parseSide(data []byte) side {
	var s side
	if json.Unmarshal(data, &s) != nil {
		return side{}
	}
	return s
}

func (d *device) saveSide(s side) sar {
	data, err := json.Marshal(s)
	if err != nil {
		return sarFail
	}
	tmp := d.sidePath() + ".tmp"
	if err := os.WriteFile(tmp, data, 0o600); err != nil {
		return sarWriteFile
	}
	if err := os.Rename(tmp, d.sidePath()); err != nil {
		return sarWriteFile
	}
	return sarOK
}

// app is the name of the token's one application.
func (s side) app() string {
	if s.App == "" {
		return defaultApp
	}
	return s.App
}

func (s side) authKey() []byte {
	if len(s.AuthKey) != 16 {
		return []byte(factoryAuthKey)
	}
	return s.AuthKey
}
