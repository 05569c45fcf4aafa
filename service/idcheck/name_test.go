package idcheck_test

import (
	"strings"
	"testing"

	"certdesk/service"
	"certdesk/service/idcheck"
)

func TestNames(t *testing.T) {
	for _, v := range []struct {
		in           string
		person, firm service.Code
		at           string
	}{
		{in: "张三"},
		{in: "䶮"}, {in: "㛃"}, {in: "𬭳"}, {in: "𠅤"},
		{in: "张〇一"},
		{in: "\uF9B4"},                  // a compatibility ideograph stays itself
		{in: "\U0002F800"},              // and so does one beyond the BMP
		{in: "\U00030EDD"},              // extension H
		{in: "\U0002EBF0"},              // extension I, newer than many tables
		{in: "买买提·艾力"}, {in: "O'Brien"}, // signs within a name
		{in: "Jean-Luc Picard"}, {in: "J. R. R. Tolkien"},
		{in: "Nguyễn Văn A"}, {in: "Nguye\u0302\u0303n"},
		{in: "བཀྲ་ཤིས", person: service.NameCharacter, firm: service.NameCharacter, at: "4"}, // a tsheg is punctuation
		{in: "北京某某科技（集团）有限公司第3分公司", person: service.NameCharacter, at: "7"},
		{in: "Acme & Co., Ltd.", person: service.NameCharacter, at: "6"},
		{in: "A+公司", person: service.NameCharacter, at: "2"},
		{in: "", person: service.NameEmpty, firm: service.NameEmpty},
		{in: " 　", person: service.NameEmpty, firm: service.NameEmpty},
		{in: strings.Repeat("长", 64)},
		{in: strings.Repeat("𠅤", 64)},
		{in: strings.Repeat("长", 65), person: service.NameLong},
		{in: strings.Repeat("长", 120), person: service.NameLong},
		{in: strings.Repeat("长", 121), person: service.NameLong, firm: service.NameLong},
		{in: strings.Repeat("长", 300), person: service.NameLong, firm: service.NameLong},
		{in: "张\n三", person: service.NameControl, firm: service.NameControl, at: "2"},
		{in: "张\x1b[31m三", person: service.NameControl, firm: service.NameControl, at: "2"},
		{in: "张三\x00", person: service.NameControl, firm: service.NameControl, at: "3"},
		{in: "张\u2028三", person: service.NameControl, firm: service.NameControl, at: "2"},
		{in: "张\u200E三", person: service.NameBidi, firm: service.NameBidi, at: "2"},
		{in: "张\u202E三", person: service.NameBidi, firm: service.NameBidi, at: "2"},
		{in: "\u2066张三", person: service.NameBidi, firm: service.NameBidi, at: "1"},
		{in: "\u061C张三", person: service.NameBidi, firm: service.NameBidi, at: "1"},
		{in: "张\u200B三", person: service.NameCharacter, firm: service.NameCharacter, at: "2"},
		{in: "张\u200D三", person: service.NameCharacter, firm: service.NameCharacter, at: "2"},
		{in: "\uFEFF张三", person: service.NameCharacter, firm: service.NameCharacter, at: "1"},
		{in: "张\u3164三", person: service.NameCharacter, firm: service.NameCharacter, at: "2"},
		{in: "张\U000E0100三", person: service.NameCharacter, firm: service.NameCharacter, at: "2"},
		{in: "张\uE863", person: service.NameCharacter, firm: service.NameCharacter, at: "2"}, // private use
		{in: "张三😀", person: service.NameCharacter, firm: service.NameCharacter, at: "3"},
		{in: "❤️公司", person: service.NameCharacter, firm: service.NameCharacter, at: "1"},
		{in: "1\uFE0F\u20E3", person: service.NameCharacter, firm: service.NameCharacter},
		{in: "张\xff", person: service.NameCharacter, firm: service.NameCharacter, at: "2"},
		{in: " 张三", person: service.NameSpace, firm: service.NameSpace, at: "1"},
		{in: "张三 ", person: service.NameSpace, firm: service.NameSpace, at: "3"},
		{in: "John  Smith", person: service.NameSpace, firm: service.NameSpace, at: "6"},
		{in: "John\u00A0Smith", person: service.NameSpace, firm: service.NameSpace, at: "5"},
		{in: "·张三", person: service.NameDot, firm: service.NameDot, at: "1"},
		{in: "张三•", person: service.NameDot, firm: service.NameDot, at: "3"},
		{in: "张·‧三", person: service.NameDot, firm: service.NameDot, at: "2"},
		{in: "张 · 三", person: service.NameDot, firm: service.NameDot, at: "3"},
		{in: "--", person: service.NameCharacter, firm: service.NameCharacter, at: "1"},
		{in: "\u0301a", person: service.NameCharacter, firm: service.NameCharacter, at: "1"},
		{in: "a\u0301\u0301\u0301\u0301\u0301", person: service.NameCharacter, firm: service.NameCharacter, at: "6"},
	} {
		_, p := idcheck.PersonName(v.in)
		_, f := idcheck.OrganisationName(v.in)
		if service.CodeOf(p) != v.person || service.CodeOf(f) != v.firm {
			t.Errorf("%q: person %v (want %q), organisation %v (want %q)", v.in, p, v.person, f, v.firm)
		}
		if got := service.ArgsOf(p)["at"]; v.at != "" && got != v.at {
			t.Errorf("%q: at %s, want %s", v.in, got, v.at)
		}
	}
}

func TestNameNorm(t *testing.T) {
	for in, want := range map[string]string{
		"买买提•艾力":             "买买提·艾力",
		"买买提‧艾力":             "买买提·艾力",
		"买买提・艾力":             "买买提·艾力",
		"张　三":                "张 三",
		"\uF9B4":             "\uF9B4",
		"\U0002F800":         "\U0002F800",
		"Ａｃｍｅ":               "Ａｃｍｅ",
		"Nguye\u0302\u0303n": "Nguye\u0302\u0303n",
	} {
		if got, err := idcheck.PersonName(in); err != nil || got != want {
			t.Errorf("%q: %q %v, want %q", in, got, err, want)
		}
	}
	_, err := idcheck.PersonName(strings.Repeat("长", 300))
	if a := service.ArgsOf(err); a["max"] != "64" || a["have"] != "300" {
		t.Error(err)
	}
}
