package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// hidden are secrets by what they are: what people typed, and what the programs made.
type hidden map[string][]byte

// typed notes words that were typed, for a search.
func typed(words map[string]string) hidden {
	h := hidden{}
	for what, word := range words {
		h[what] = []byte(word)
	}
	return h
}

// forms are the ways in which a secret may have been written down.
func forms(secret []byte) map[string][]byte {
	f := map[string][]byte{"as it is": secret, "hex": hex.AppendEncode(nil, secret), "HEX": bytes.ToUpper(hex.AppendEncode(nil, secret))}
	for shift := range 3 {
		f[fmt.Sprintf("base64/%d", shift)] = base64Of(secret, shift)
	}
	if word := string(secret); strings.Trim(word, ascii) == "" {
		var wide, runes []byte
		for _, u := range utf16.Encode([]rune(word)) {
			wide = binary.LittleEndian.AppendUint16(wide, u)
		}
		for _, r := range word {
			runes = binary.LittleEndian.AppendUint32(runes, uint32(r))
		}
		f["UTF-16"], f["runes"] = wide, runes
	}
	return f
}

const ascii = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"

// base64Of is what of a secret is certain to stand in the base64 of a text that has it at a place of the given remainder by three.
func base64Of(secret []byte, shift int) []byte {
	b := base64.StdEncoding.AppendEncode(nil, append(make([]byte, shift), secret...))
	whole := (shift + len(secret)) * 8 / 6 // characters that depend on no byte behind the secret
	return b[(shift*8+5)/6 : whole]
}

// search says what stands where. Contents without public are a search that searched nothing: "" where nothing is expected.
func search(contents map[string][]byte, h hidden) []string {
	var found []string
	for _, what := range slices.Sorted(maps.Keys(h)) {
		if len(h[what]) < 6 {
			return []string{what + " is too short to look for"}
		}
		for form, pattern := range forms(h[what]) {
			for name, content := range contents {
				if at := bytes.Index(content, pattern); at >= 0 {
					found = append(found, fmt.Sprintf("%s (%s) stands in %s: %q", what, form, name, content[max(0, at-40):min(len(content), at+len(pattern)+40)]))
				}
			}
		}
	}
	return found
}

// holds reports whether any of the contents has a text: a search that finds nothing must be able to find something.
func holds(contents map[string][]byte, text string) bool {
	for _, c := range contents {
		if bytes.Contains(c, []byte(text)) {
			return true
		}
	}
	return false
}

// Every form is found where it stands, so that a search that finds nothing says something.
func TestSearchFindsEveryForm(t *testing.T) {
	secret := []byte("73519264")
	wide := []byte("7\x003\x005\x001\x009\x002\x006\x004\x00")
	for _, c := range []string{"x73519264y", "3733353139323634", string(wide),
		base64.StdEncoding.EncodeToString([]byte(`{"pin":"73519264","x":1}`)), base64.StdEncoding.EncodeToString([]byte(`{"pins":"73519264","x":1}`)),
		base64.StdEncoding.EncodeToString([]byte(`{"apins":"73519264","x":1}`))} {
		if len(search(map[string][]byte{"a file": []byte(c)}, hidden{"PIN": secret})) == 0 {
			t.Errorf("not found in %q", c)
		}
	}
	if found := search(map[string][]byte{"a file": []byte("73519265")}, hidden{"PIN": secret}); len(found) > 0 {
		t.Error(found)
	}
}
