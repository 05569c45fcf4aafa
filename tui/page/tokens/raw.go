package tokens

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"certdesk/service"
	"certdesk/tui/look"
	"certdesk/tui/page"
	"certdesk/tui/text"
)

// history lists the cases of this counter that had to do with the token, newest first.
func (p *Page) history(a look.Area, y int) {
	rows := min(len(p.view.History), a.H-y-2)
	if rows <= 0 {
		return
	}
	y++
	a.Text(0, y, look.Dim, p.env.In(text.TokenHistory))
	for i, c := range p.view.History[:rows] {
		a.Text(2, y+1+i, look.Dim, page.Stamp(c.Updated))
		x := a.Clip(15, y+1+i, 20, look.Normal, c.No) + 2
		a.Clip(x, y+1+i, a.W-x, look.Dim, string(c.Kind)+" "+p.env.In(c.Status.Title()))
	}
}

// rawFacts are what the token says of itself, word for word, for whoever must find out why it does not do what it should.
func (p *Page) rawFacts(a look.Area) {
	for y, line := range rawLines(p.view.Info) {
		a.Clip(0, y, 14, look.Dim, line[0])
		a.Clip(15, y, a.W-15, look.Normal, line[1])
	}
	y := len(rawLines(p.view.Info))
	for _, c := range p.view.Containers {
		y = rawContainer(a, y+1, c.Held)
	}
}

func rawLines(i service.TokenInfo) [][2]string {
	var algs []string
	for _, alg := range i.Algs {
		algs = append(algs, string(alg))
	}
	return [][2]string{
		{"serial", i.Serial}, {"label", i.Label}, {"model", i.Manufacturer + " / " + i.Model}, {"driver", i.Driver},
		{"initialised", fmt.Sprint(i.Initialised)}, {"memory", fmt.Sprintf("%d / %d", i.Free, i.Total)},
		{"user PIN", rawPIN(i.User)}, {"SO PIN", rawPIN(i.SO)},
		{"PIN rule", fmt.Sprintf("%d–%d digits only %t", i.PINRule.Min, i.PINRule.Max, i.PINRule.DigitsOnly)},
		{"keys", strings.Join(algs, " ")}, {"envelope", fmt.Sprint(i.Envelope)},
	}
}

func rawPIN(s service.PINState) string {
	return fmt.Sprintf("set %t  left %d/%d  known %t  locked %t  factory %t", s.Set, s.Left, s.Max, s.Known, s.Locked, s.Default)
}

func rawContainer(a look.Area, y int, c service.Container) int {
	a.Clip(0, y, a.W, look.Normal, fmt.Sprintf("%q  keys %t %t", c.Name, c.SignKey, c.EncKey))
	for _, cert := range []struct {
		usage string
		der   []byte
	}{{"sign", c.Sign}, {"encrypt", c.Encrypt}} {
		if len(cert.der) > 0 {
			y++
			a.Clip(2, y, a.W-2, look.Dim, fmt.Sprintf("%-7s %d B  SHA-256 %x", cert.usage, len(cert.der), sha256.Sum256(cert.der)))
		}
	}
	return y + 1
}
