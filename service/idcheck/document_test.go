package idcheck_test

import (
	"testing"

	"certdesk/service"
	"certdesk/service/idcheck"
)

func TestPermit(t *testing.T) {
	run(t, idcheck.Permit, []verdict{
		{"H12345678", "", "H12345678"},
		{"m12345678", "", "M12345678"},
		{"H1234567801", "", "H1234567801"},
		{"12345678", "", "12345678"},
		{"CAN110186110501", "", "CAN110186110501"},
		{"H1234567", service.IDLength, ""},
		{"H123456780", service.IDLength, ""},
		{"1234567", service.IDLength, ""},
		{"X12345678", service.IDCharacter, "1"},
		{"H1234567A", service.IDCharacter, "9"},
		{"1234-5678", service.IDCharacter, "5"},
		{"CA1110186110501", service.IDCharacter, "3"},
		{"", service.IDEmpty, ""},
	})
	for in, want := range map[string]string{"H12345678": "香港", "M12345678": "澳门", "12345678": "台湾"} {
		if r, err := checker().Check(idcheck.Permit, in); err != nil || r.Province.ZH != want {
			t.Errorf("%s: %+v %v", in, r, err)
		}
	}
}

func TestPassport(t *testing.T) {
	run(t, idcheck.Passport, []verdict{
		{"E12345678", "", "E12345678"},
		{"ea1234567", "", "EA1234567"},
		{"123456789", "", "123456789"},
		{"ABCDE1234567890", "", "ABCDE1234567890"},
		{"ABCDE12345678901", service.IDLength, ""},
		{"E1234 5678", service.IDCharacter, "6"},
		{"Е12345678", service.IDCharacter, "1"}, // a Cyrillic Е
		{"", service.IDEmpty, ""},
	})
}

func TestMobile(t *testing.T) {
	run(t, idcheck.Mobile, []verdict{
		{"13800138000", "", "13800138000"},
		{"138 0013 8000", "", "13800138000"},
		{"138-0013-8000", "", "13800138000"},
		{"+8613800138000", "", "13800138000"},
		{"＋86　199 0013 8000", "", "19900138000"},
		{"12800138000", service.MobileBad, "2"},
		{"23800138000", service.MobileBad, "1"},
		{"1380013800", service.MobileBad, ""},
		{"138001380000", service.MobileBad, ""},
		{"+85291234567", service.MobileBad, "1"},
		{"8613800138000", service.MobileBad, "1"},
		{"1380013800a", service.MobileBad, "11"},
		{"138\t0013 8000", service.MobileBad, "4"},
		{"+86", service.MobileBad, ""},
		{" - ", service.MobileBad, ""},
		{"", service.IDEmpty, ""},
	})
}

func TestAuto(t *testing.T) {
	for in, want := range map[string]struct {
		typ  idcheck.Type
		code service.Code
	}{
		"11010519491231002x":          {idcheck.ID, ""},
		"911124198108030024":          {idcheck.ID, ""},
		"CAN110186110501":             {idcheck.ID, ""},
		"110105194912310020":          {idcheck.ID, service.IDCheck},
		"911124198108030025":          {idcheck.ID, service.IDCheck},
		"440524188001010014":          {idcheck.ID, service.IDTooOld},
		"110105188001010017":          {idcheck.ID, service.IDTooOld},
		"11010519491231002":           {idcheck.ID, service.IDLength},
		"110105 19491231 002X":        {idcheck.ID, service.IDCharacter},
		"914403001922038216":          {idcheck.USCC, ""},
		"914403001922038217":          {idcheck.USCC, service.IDCheck},
		"91350100M000100Y4Z":          {idcheck.USCC, service.IDCharacter},
		"19220382-1":                  {idcheck.Org, ""},
		"192203821":                   {idcheck.Org, ""},
		"192203822":                   {idcheck.Org, service.IDCheck},
		"D2143569X":                   {idcheck.Org, ""},
		idcheck.MakeOrg("MA123456"):   {idcheck.Org, ""},
		"H12345678":                   {idcheck.Permit, ""},
		"M1234567801":                 {idcheck.Permit, ""},
		"12345678":                    {idcheck.Permit, ""},
		"E12345678":                   {idcheck.Passport, ""},
		"EA1234567":                   {idcheck.Passport, ""},
		"13800138000":                 {idcheck.Mobile, ""},
		"+86 138-0013-8000":           {idcheck.Mobile, ""},
		"1380013800":                  {idcheck.Mobile, service.MobileBad},
		"张三":                          {idcheck.Name, ""},
		"John Smith":                  {idcheck.Name, ""},
		"3M China Ltd.":               {idcheck.Name, ""},
		"3M China":                    {idcheck.Name, ""},
		"迪丽热巴•迪力木拉提":                  {idcheck.Name, ""},
		"第一\u202E公司":                  {idcheck.Name, service.NameBidi},
		"":                            {idcheck.Auto, service.IDEmpty},
		"\xff\xfe":                    {idcheck.Name, service.NameCharacter},
		"9111010519491231002X9111010": {idcheck.USCC, service.IDLength},
	} {
		r, err := checker().Check(idcheck.Auto, in)
		if r.Type != want.typ || service.CodeOf(err) != want.code {
			t.Errorf("%q: %s %v, want %s %q", in, r.Type, err, want.typ, want.code)
		}
	}
}

func TestUnknownType(t *testing.T) {
	_, err := checker().Check("ssn", "1")
	if !service.IsCode(err, service.NumberTypeUnkn) || service.ArgsOf(err)["have"] != "ssn" {
		t.Error(err)
	}
	for _, typ := range idcheck.Types() {
		if _, err := checker().Check(typ, ""); !service.IsCode(err, service.IDEmpty, service.NameEmpty) {
			t.Errorf("%s of nothing: %v", typ, err)
		}
	}
}
