package ca_test

import (
	"strings"
	"testing"

	"certdesk/service"
	"certdesk/service/ca"
)

func sampleCode() ca.JoinCode {
	c := ca.JoinCode{Station: "0430-A", Fingerprint: "00ff10e1d2c3b4a5968778695a4b3c2d"}
	for i := range c.Secret {
		c.Secret[i] = byte(i * 17)
	}
	return c
}

func TestJoinCodeReadsBack(t *testing.T) {
	c := sampleCode()
	text := c.String()
	tail := text[len(c.Station):] // the station's own letters are as they are
	for name, typed := range map[string]string{
		"as printed":    text,
		"spaces":        " " + strings.ReplaceAll(text, "-", " - ") + "\r\n",
		"lower case":    c.Station + strings.ToLower(tail),
		"O for 0":       c.Station + strings.ReplaceAll(tail, "0", "O"),
		"l and i for 1": c.Station + strings.Replace(strings.ReplaceAll(tail, "1", "l"), "l", "I", 1),
	} {
		got, err := ca.ParseJoinCode(typed)
		if err != nil || got != c {
			t.Errorf("%s: %q gave %+v, %v", name, typed, got, err)
		}
	}
}

// TestJoinCodeFindsSlips changes every character of every group to every other one, and swaps every two groups.
func TestJoinCodeFindsSlips(t *testing.T) {
	const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	c := sampleCode()
	text := c.String()
	for at := len(c.Station) + 1; at < len(text); at++ {
		for _, l := range letters {
			if text[at] == '-' || text[at] == byte(l) {
				continue
			}
			slip := text[:at] + string(l) + text[at+1:]
			if _, err := ca.ParseJoinCode(slip); !service.IsCode(err, service.JoinBad) {
				t.Fatalf("%q passed for %q", slip, text)
			}
		}
	}
	groups := strings.Split(text, "-")[2:]
	for i := range groups {
		for j := i + 1; j < len(groups); j++ {
			g := append([]string(nil), groups...)
			g[i], g[j] = g[j], g[i]
			if _, err := ca.ParseJoinCode(c.Station + "-" + strings.Join(g, "-")); err == nil && groups[i] != groups[j] {
				t.Fatalf("groups %d and %d swapped unseen", i+1, j+1)
			}
		}
	}
}

func TestJoinCodeNamesTheGroup(t *testing.T) {
	c := sampleCode()
	g := strings.Split(c.String(), "-")
	g[2+6] = g[2+6][:4] + "#"
	_, err := ca.ParseJoinCode(strings.Join(g, "-"))
	if service.ArgsOf(err)["group"] != "7" {
		t.Fatalf("want group 7: %v", err)
	}
	for _, text := range []string{"", "0430", "0430-", strings.Repeat("-", 13), "04/30" + c.String()[6:], "0431-A" + c.String()[6:],
		c.String() + "-00000", strings.TrimSuffix(c.String(), c.String()[len(c.String())-6:])} {
		if _, err := ca.ParseJoinCode(text); !service.IsCode(err, service.JoinBad) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzParseJoinCode(f *testing.F) {
	f.Add(sampleCode().String())
	f.Add("0430-7ZQ4K")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ca.ParseJoinCode(text)
		if err != nil {
			return
		}
		again, err := ca.ParseJoinCode(c.String())
		if err != nil || again != c {
			t.Fatalf("%q reads as %+v, which reads back as %+v, %v", text, c, again, err)
		}
	})
}
