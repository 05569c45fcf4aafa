package idcheck_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"certdesk/service"
	"certdesk/service/idcheck"
)

func anID() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		region := rapid.OneOf(rapid.StringMatching(`(11|31|44|54|65)[0-9]{4}`), rapid.SampledFrom([]string{"810000", "830000", "911124"})).Draw(t, "region")
		born := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 45000).Draw(t, "day"))
		return idcheck.MakeID(region, born, rapid.IntRange(0, 999).Draw(t, "seq"))
	})
}

func aUSCC() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		prefix := rapid.StringMatching(`(1[1239]|5[1-4]|9[123]|N[123]|Y1)[0-9]{6}`).Draw(t, "prefix")
		return idcheck.MakeUSCC(prefix, rapid.StringMatching(`[0-9A-HJ-NP-RTUWXY]{8}`).Draw(t, "org"))
	})
}

func TestMadeNumbersHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		org := idcheck.MakeOrg(rapid.StringMatching(`[0-9A-Z]{8}`).Draw(t, "org"))
		for typ, s := range map[idcheck.Type]string{idcheck.ID: anID().Draw(t, "id"), idcheck.USCC: aUSCC().Draw(t, "uscc"), idcheck.Org: org} {
			if r, err := checker().Check(typ, s); err != nil || r.Norm != s || r.Type != typ {
				t.Fatalf("%s %s: %+v %v", typ, s, r, err)
			}
		}
		if r, err := checker().Check(idcheck.Org, org[:8]+"-"+org[8:]); err != nil || r.Norm != org {
			t.Fatalf("%s with hyphen: %+v %v", org, r, err)
		}
	})
}

func TestEverySubstitutionIsCaught(t *testing.T) {
	for typ, gen := range map[idcheck.Type]*rapid.Generator[string]{idcheck.ID: anID(), idcheck.USCC: aUSCC()} {
		rapid.Check(t, func(t *rapid.T) {
			s := gen.Draw(t, "number")
			for i := range s {
				for _, c := range []byte("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
					slip := s[:i] + string(c) + s[i+1:]
					if _, err := checker().Check(typ, slip); (err == nil) != (slip == s) {
						t.Fatalf("%s: %s with place %d %c: %v", typ, s, i+1, c, err)
					}
				}
			}
		})
	}
}

func TestEverySwapOfNeighboursIsCaught(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anID().Draw(t, "number")
		for i := range len(s) - 1 {
			slip := s[:i] + s[i+1:i+2] + s[i:i+1] + s[i+2:]
			if _, err := checker().Check(idcheck.ID, slip); (err == nil) != (slip == s) {
				t.Fatalf("%s with places %d and %d swapped: %v", s, i+1, i+2, err)
			}
		}
	})
}

func TestMakeRefusesBadParts(t *testing.T) {
	day := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, s := range []string{
		idcheck.MakeID("11010", day, 1), idcheck.MakeID("11010A", day, 1), idcheck.MakeID("", time.Time{}, 0), idcheck.MakeUSCC("9144030", "19220382"),
		idcheck.MakeUSCC("91440300", "1922038I"), idcheck.MakeUSCC("91440300", "汉汉11"), idcheck.MakeOrg("1922038"), idcheck.MakeOrg("1922038a"),
	} {
		if s != "" {
			t.Errorf("made %q", s)
		}
	}
	if a, b := idcheck.MakeID("110105", day, -1), idcheck.MakeID("110105", day, 999); a != b {
		t.Errorf("%s, %s", a, b)
	}
}

func FuzzCheck(f *testing.F) {
	for _, s := range []string{"11010519491231002x", "914403001922038216", "19220382-1", "H12345678", "CAN110186110501", "+86 138-0013-8000",
		"买买提•艾力", "张　三", "ｅ12345678", "1", "+", " ", "\xff", "９", "H1234567-8", "91111111111111111111", "1111111111111111"} {
		for i := range idcheck.Types() {
			f.Add(i, s)
		}
	}
	f.Fuzz(func(t *testing.T, i int, s string) {
		typ := idcheck.Types()[uint(i)%uint(len(idcheck.Types()))]
		r, err := checker().Check(typ, s)
		if err != nil {
			if service.IsCode(err, service.Internal, service.NumberTypeUnkn) || r.Norm != "" {
				t.Fatalf("%s %q: %+v %v", typ, s, r, err)
			}
			return
		}
		for _, again := range []idcheck.Type{typ, r.Type} {
			if r2, err := checker().Check(again, r.Norm); err != nil || r2.Norm != r.Norm {
				t.Fatalf("%s %q: norm %q is %+v %v", again, s, r.Norm, r2, err)
			}
		}
	})
}
