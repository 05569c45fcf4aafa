package softkey

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"certdesk/service"
	"certdesk/service/sm"
	"certdesk/token"
)

const (
	format   = 1
	maxImage = 1 << 20 // bytes of a token file; an honest one stays far below
	maxTries = 99
)

// image is the token file. Everything but the tries left is covered by MAC once a master key exists, which is always. Sum covers
// all but itself and needs no key: it tells a damaged file from a wrong PIN, and proves nothing against who can write the file.
type image struct {
	Format int    `json:"format"`
	Serial string `json:"serial"`
	Label  string `json:"label"` // empty: not initialised
	KDF    kdf    `json:"kdf"`
	User   *slot  `json:"user,omitempty"` // nil: not initialised
	SO     *slot  `json:"so"`
	Boxes  []box  `json:"boxes,omitempty"` // in order of name
	MAC    []byte `json:"mac"`
	Sum    []byte `json:"sum,omitempty"`

	spoilt bool // as read, Sum did not fit; only a new image heals that
}

// slot is one PIN: the master key sealed under it, and its tries.
type slot struct {
	Max     int    `json:"max"`
	Left    int    `json:"left"`
	Default bool   `json:"default,omitempty"`
	Salt    []byte `json:"salt"`
	Sealed  []byte `json:"sealed"`
}

// box is a container: public parts clear, private keys sealed under the master key.
type box struct {
	Name     string         `json:"name"`
	Alg      service.KeyAlg `json:"alg"`
	SignPub  []byte         `json:"signPub"`
	SignKey  []byte         `json:"signKey"`
	EncPub   []byte         `json:"encPub,omitempty"`
	EncKey   []byte         `json:"encKey,omitempty"`
	SignCert []byte         `json:"signCert,omitempty"`
	EncCert  []byte         `json:"encCert,omitempty"`
}

func (img *image) initialised() bool { return img.User != nil }

// find returns the place of a container and whether it is there.
func (img *image) find(name string) (int, bool) {
	return slices.BinarySearchFunc(img.Boxes, name, func(b box, n string) int { return strings.Compare(b.Name, n) })
}

func (img *image) encode() ([]byte, error) {
	if !img.spoilt {
		sum, err := img.sum()
		if err != nil {
			return nil, err
		}
		img.Sum = sum
	}
	data, err := json.MarshalIndent(img, "", " ")
	return append(data, '\n'), err
}

func (img *image) sum() ([]byte, error) {
	bare := *img
	bare.Sum = nil
	data, err := json.Marshal(&bare)
	sum := sm.Sum(data)
	return sum[:], err
}

// covered is what the MAC is made over: the image without its MAC and without the tries left.
func (img *image) covered() ([]byte, error) {
	bare := *img
	bare.MAC, bare.Sum = nil, nil
	bare.User, bare.SO = img.User.bare(), img.SO.bare()
	return json.Marshal(&bare)
}

func (s *slot) bare() *slot {
	if s == nil {
		return nil
	}
	b := *s
	b.Left = 0
	return &b
}

// parse reads a token file. Unknown members, data after the end, foreign sizes and counters out of range are errors. It proves
// nothing about authenticity: that is the MAC, which is made over what was understood and not over the bytes.
func parse(data []byte) (*image, error) {
	if len(data) > maxImage {
		return nil, errors.New("file too long")
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	img := &image{}
	if err := dec.Decode(img); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("data after the end")
	}
	if err := img.check(); err != nil {
		return nil, err
	}
	sum, err := img.sum()
	img.spoilt = img.Sum != nil && !sm.Equal(sum, img.Sum) // an edit or a bad block; the first files had no sum
	return img, err
}

func (img *image) check() error {
	switch {
	case img.Format != format:
		return fmt.Errorf("format %d", img.Format)
	case !validSerial(img.Serial):
		return errors.New("serial")
	case len(img.MAC) != macSize:
		return errors.New("mac size")
	case (img.User == nil) != (img.Label == ""):
		return errors.New("label and user PIN disagree")
	case img.Label != "" && token.CheckLabel("", img.Label) != nil:
		return errors.New("label")
	case img.SO == nil:
		return errors.New("no SO PIN")
	}
	return errors.Join(img.KDF.check(), img.User.check(), img.SO.check(), img.checkBoxes())
}

func (s *slot) check() error {
	switch {
	case s == nil:
		return nil
	case s.Max < 1 || s.Max > maxTries || s.Left < 0 || s.Left > s.Max:
		return fmt.Errorf("tries %d of %d", s.Left, s.Max)
	case len(s.Salt) != saltSize:
		return errors.New("salt size")
	case len(s.Sealed) == 0:
		return errors.New("no sealed master key")
	}
	return nil
}

func (img *image) checkBoxes() error {
	last := ""
	for _, b := range img.Boxes {
		if b.Name <= last || token.CheckContainer("", b.Name) != nil {
			return errors.New("container name or order")
		}
		if len(b.SignPub) == 0 || len(b.SignKey) == 0 || (len(b.EncPub) == 0) != (len(b.EncKey) == 0) {
			return errors.New("half a key pair")
		}
		last = b.Name
	}
	if len(img.Boxes) > 0 && !img.initialised() {
		return errors.New("containers on a blank token")
	}
	return nil
}
