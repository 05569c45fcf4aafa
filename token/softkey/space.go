package softkey

import (
	"strconv"

	"certdesk/service"
)

// What things take on the token, in bytes. The figures follow small card file systems: a header per file and whole blocks.
const (
	systemSpace = 2048
	boxSpace    = 512
	fileHeader  = 64
	block       = 128
	sm2Space    = 256
	rsaSpace    = 1536
)

func fileSpace(data []byte) int64 {
	if len(data) == 0 {
		return 0
	}
	return fileHeader + int64((len(data)+block-1)/block*block)
}

func pairSpace(alg service.KeyAlg) int64 {
	if alg == service.AlgRSA {
		return rsaSpace
	}
	return sm2Space
}

func (b *box) space() int64 {
	n := boxSpace + pairSpace(b.Alg) + fileSpace(b.SignCert) + fileSpace(b.EncCert)
	if len(b.EncKey) > 0 {
		n += pairSpace(b.Alg)
	}
	return n
}

func (img *image) used() int64 {
	n := int64(systemSpace)
	for i := range img.Boxes {
		n += img.Boxes[i].space()
	}
	return n
}

// fits gives TokenFull where need bytes more than before do not fit. freed is what the act gives back.
func (a *act) fits(need, freed int64) error {
	free := max(a.s.d.opt.space-a.img.used()+freed, 0)
	if need <= free {
		return nil
	}
	return a.full("bytes", need, free)
}

func (a *act) full(unit string, need, free int64) error {
	args := service.Args{"need": strconv.FormatInt(need, 10), "free": strconv.FormatInt(free, 10), "unit": unit}
	return a.err(service.TokenFull, args, nil)
}
