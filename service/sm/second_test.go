package sm_test

import (
	"bytes"
	"crypto/rand"
	"testing"

	"certdesk/service"
	"certdesk/service/sm"
)

func TestSecondOpinion(t *testing.T) {
	root, ca, leaf := hierarchy(t)
	message := []byte("test signature")
	sig, err := leaf.key.Sign(rand.Reader, message)
	if err != nil {
		t.Fatal(err)
	}
	for _, pair := range [][2]*party{{root, root}, {ca, root}, {leaf, ca}} {
		if err := sm.SecondOpinion(pair[0].cert.Raw, pair[1].cert.Raw, nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := sm.SecondOpinion(leaf.cert.Raw, ca.cert.Raw, message, sig); err != nil {
		t.Fatal(err)
	}
}

func TestSecondOpinionDisagrees(t *testing.T) {
	_, ca, leaf := hierarchy(t)
	_, otherCA, otherLeaf := hierarchy(t)
	message := []byte("test signature")
	sig, err := leaf.key.Sign(rand.Reader, message)
	if err != nil {
		t.Fatal(err)
	}
	flip := func(b []byte) []byte {
		c := bytes.Clone(b)
		c[len(c)-1] ^= 1
		return c
	}
	cases := map[string][4][]byte{
		"certificate":      {flip(leaf.cert.Raw), ca.cert.Raw, message, sig},
		"issuer":           {leaf.cert.Raw, otherCA.cert.Raw, message, sig},
		"leaf as issuer":   {leaf.cert.Raw, leaf.cert.Raw, message, sig},
		"other subject":    {otherLeaf.cert.Raw, otherCA.cert.Raw, message, sig},
		"message":          {leaf.cert.Raw, ca.cert.Raw, flip(message), sig},
		"signature":        {leaf.cert.Raw, ca.cert.Raw, message, flip(sig)},
		"empty signature":  {leaf.cert.Raw, ca.cert.Raw, message, {}},
		"short signature":  {leaf.cert.Raw, ca.cert.Raw, message, {0x30, 0}},
		"no certificate":   {nil, ca.cert.Raw, message, sig},
		"half certificate": {leaf.cert.Raw[:200], ca.cert.Raw, message, sig},
		"too long":         {make([]byte, sm.MaxDER+1), ca.cert.Raw, message, sig},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			wantCode(t, sm.SecondOpinion(c[0], c[1], c[2], c[3]), service.VerifyFailed)
		})
	}
}
