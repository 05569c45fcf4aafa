package idcheck_test

import (
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/idcheck"
)

// now is 2026-03-01 00:30 in China while it is still February in UTC.
func now() time.Time { return time.Date(2026, 2, 28, 16, 30, 0, 0, time.UTC) }

func checker() idcheck.Checker { return idcheck.New(now) }

type verdict struct {
	in   string
	code service.Code // "" is valid
	want string       // Norm when valid, else the "at" argument
}

func run(t *testing.T, typ idcheck.Type, table []verdict) {
	t.Helper()
	for _, v := range table {
		r, err := checker().Check(typ, v.in)
		if got := service.CodeOf(err); got != v.code {
			t.Errorf("%s %q: %q (%v), want %q", typ, v.in, got, err, v.code)
			continue
		}
		got := r.Norm
		if err != nil {
			got = service.ArgsOf(err)["at"]
		}
		if got != v.want {
			t.Errorf("%s %q: %q, want %q (%v)", typ, v.in, got, v.want, err)
		}
	}
}

func TestIdentity(t *testing.T) {
	run(t, idcheck.ID, []verdict{
		{"11010519491231002X", "", "11010519491231002X"},
		{"11010519491231002x", "", "11010519491231002X"},
		{"１１０１０５１９４９１２３１００２ｘ", "", "11010519491231002X"},
		{"34052419800101001X", "", "34052419800101001X"},
		{"810000199408230021", "", "810000199408230021"}, // 港澳居民居住证
		{"830000199201300022", "", "830000199201300022"}, // 台湾居民居住证
		{"911124198108030024", "", "911124198108030024"}, // specimen of the 2023 foreign card
		{"932682198501010017", "", "932682198501010017"}, // second specimen of the same notice
		{"CAN110186110501", "", "CAN110186110501"},       // earlier foreign form
		{"440524188001010014", service.IDTooOld, "7"},    // sample of the standard, born 1880
		{"340524198001010013", service.IDCheck, "18"},
		{"11010519491231002", service.IDLength, ""},
		{"110105491231002", service.IDLength, ""}, // the 15-digit form ended in 2013
		{"11010519491231002X0", service.IDLength, ""},
		{"11010519491231002X\n", service.IDCharacter, "19"},
		{" 11010519491231002X", service.IDCharacter, "1"},
		{"1101051949X231002X", service.IDCharacter, "11"},
		{"11010519491231002Y", service.IDCharacter, "18"},
		{"1101051949123١002X", service.IDCharacter, "14"}, // an Arabic digit
		{"\xff1010519491231002X", service.IDCharacter, "1"},
		{"161010194912310025", service.IDProvince, "1"},
		{"001010194912310025", service.IDProvince, "1"},
		{"999124198108030024", service.IDProvince, "2"},
		{"811000199408230021", service.IDPrefix, "3"},
		{"830100199201300022", service.IDPrefix, "3"},
		{"110105194902290025", service.IDDate, "7"}, // 1949 had no 29 February
		{"110105194913310025", service.IDDate, "7"},
		{"110105194900310025", service.IDDate, "7"},
		{"", service.IDEmpty, ""},
		{"CAN11018611050X", service.IDCharacter, "15"},
		{"CAN1101861105011", service.IDCharacter, "1"},
	})
}

func TestIdentityTells(t *testing.T) {
	r, err := checker().Check(idcheck.ID, "11010519491231002x")
	want := idcheck.Result{Type: idcheck.ID, Norm: "11010519491231002X", Sex: "F", Region: "110105",
		Birth: time.Date(1949, 12, 31, 0, 0, 0, 0, time.UTC), Province: service.T("北京", "Beijing")}
	if err != nil || r != want {
		t.Errorf("%+v %v", r, err)
	}
	r, err = checker().Check(idcheck.ID, "932682198501010017")
	if err != nil || r.Sex != "M" || r.Province.EN != "Jiangsu" || r.Region != "320000" {
		t.Errorf("foreign: %+v %v", r, err)
	}
	r, err = checker().Check(idcheck.ID, "830000199201300022")
	if err != nil || r.Province.ZH != "台湾" || r.Sex != "F" {
		t.Errorf("台湾: %+v %v", r, err)
	}
}

func TestBornTodayInChina(t *testing.T) {
	today := idcheck.MakeID("110105", time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), 1)
	tomorrow := idcheck.MakeID("110105", time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), 1)
	first := idcheck.MakeID("110105", time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC), 1)
	run(t, idcheck.ID, []verdict{{today, "", today}, {tomorrow, service.IDFuture, "7"}, {first, "", first}})
}

func TestCreditCode(t *testing.T) {
	run(t, idcheck.USCC, []verdict{
		{"914403001922038216", "", "914403001922038216"},
		{"91110000802100433B", "", "91110000802100433B"},
		{"91110000802100433b", "", "91110000802100433B"},
		{"91440300708461136T", "", "91440300708461136T"},
		{"12100000400002259P", "", "12100000400002259P"},
		{idcheck.MakeUSCC("54110105", "MF000001"), "", idcheck.MakeUSCC("54110105", "MF000001")},
		{"91350100M000100Y4Z", service.IDCharacter, "18"}, // Z is not in the alphabet
		{"91350100M000100Y43", "", "91350100M000100Y43"},  // what it should have been
		{"91350100M000100Y44", service.IDCheck, "18"},
		{"914403001922038217", service.IDCheck, "18"},
		{"914403001922038226", service.IDOrgPart, "17"},
		{"914403001922083216", service.IDOrgPart, "17"},
		{"91440300192203821", service.IDLength, ""},
		{"9144030019220382160", service.IDLength, ""},
		{"01440300192203821X", service.IDAuthority, "1"},
		{"B1440300192203821X", service.IDAuthority, "1"},
		{"94440300192203821X", service.IDCategory, "2"},
		{"9A440300192203821X", service.IDCategory, "2"},
		{"Y2440300192203821X", service.IDCategory, "2"},
		{"91A40300192203821X", service.IDCharacter, "3"},
		{"9144030O1922038216", service.IDCharacter, "8"},
		{"91440300-192203821", service.IDCharacter, "9"},
		{"", service.IDEmpty, ""},
	})
}

func TestCreditCodeSaysWhichPart(t *testing.T) {
	for in, want := range map[string]string{
		"914403001922038226": "both", // one slip within the organisation code breaks both checks
		"91440300192203822" + string("0123456789ABCDEFGHJKLMNPQRTUWXY"[totalOf("91440300192203822")]): "org",
	} {
		_, err := checker().Check(idcheck.USCC, in)
		if a := service.ArgsOf(err); service.CodeOf(err) != service.IDOrgPart || a["failed"] != want || a["want"] != "1" || a["have"] != "2" {
			t.Errorf("%s: %v", in, err)
		}
	}
	_, err := checker().Check(idcheck.USCC, "9144030O1922038216")
	if a := service.ArgsOf(err); a["have"] != "O" || a["want"] != "0" {
		t.Errorf("O for 0: %v", err)
	}
}

// totalOf computes the GB 32100 check value from the weights printed in the standard, not from powers.
func totalOf(s string) int {
	sum := 0
	for i, w := range []int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28} {
		for v, c := range "0123456789ABCDEFGHJKLMNPQRTUWXY" {
			if byte(c) == s[i] {
				sum += v * w
			}
		}
	}
	return (31 - sum%31) % 31
}

func TestOrganisationCode(t *testing.T) {
	run(t, idcheck.Org, []verdict{
		{"19220382-1", "", "192203821"},
		{"192203821", "", "192203821"},
		{"80210043－3", "", "802100433"},
		{"M000100Y-4", "", "M000100Y4"},
		{"m000100y4", "", "M000100Y4"},
		{"D2143569-X", "", "D2143569X"}, // sample of GB 11714
		{"d2143569x", "", "D2143569X"},
		{"D2143569-1", service.IDCheck, "10"},
		{"D21435691", service.IDCheck, "9"},
		{"D2143569", service.IDLength, ""},
		{"D2143-569X", service.IDCharacter, "6"},
		{"D2143569--X", service.IDCharacter, "9"},
		{"D214356汉X", service.IDCharacter, "8"},
		{"", service.IDEmpty, ""},
	})
}
