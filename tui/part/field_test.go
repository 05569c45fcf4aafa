package part_test

import (
	"testing"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui/keys"
	"certdesk/tui/look"
	"certdesk/tui/part"
)

func typed(f *part.Field, s string) {
	for _, r := range s {
		f.Key(keys.Event{Act: keys.Text, Text: string(r)})
	}
}

func TestFieldTakes(t *testing.T) {
	for _, c := range []struct {
		name  string
		field part.Field
		in    string
		want  string
	}{
		{"full-width digits are folded", part.Field{Kind: part.Digits}, "１３８０", "1380"},
		{"letters are not digits", part.Field{Kind: part.Digits}, "1a二2", "12"},
		{"numbers are upper-cased, blanks left out", part.Field{Kind: part.Number}, "9143 0104ｍａ4l", "91430104MA4L"},
		{"an amount has one point", part.Field{Kind: part.Money}, "１，234。5.0", "1234.50"},
		{"names keep Chinese and marks", part.Field{}, "阿依古丽·买买提 é", "阿依古丽·买买提 é"},
		{"control characters are left out", part.Field{}, "a\x1b[31m\x07b\u202ec\u200b\r\n", "a[31mbc"},
		{"no more than fits", part.Field{Max: 3}, "欧阳修远", "欧阳修"},
		{"secrets take printable ASCII", part.Field{Kind: part.Secret}, "a中 ｂ1", "ab1"},
	} {
		f := c.field
		f.Key(keys.Event{Act: keys.Paste, Text: c.in})
		if got := f.Value(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// The terminal's cursor stands behind the last character typed, whatever its width, also when the field scrolls.
func TestFieldCursor(t *testing.T) {
	for _, c := range []struct {
		name  string
		field part.Field
		in    string
		keys  []keys.Action
		w     int
		want  int
	}{
		{"behind ASCII", part.Field{}, "abc", nil, 20, 3},
		{"behind Chinese", part.Field{}, "欧阳修远", nil, 20, 8},
		{"behind a character beyond the BMP", part.Field{}, "孙𠅤", nil, 20, 4},
		{"a mark takes no cell", part.Field{}, "e\u0301x", nil, 20, 2},
		{"between", part.Field{}, "欧阳修远", []keys.Action{keys.Left}, 20, 6},
		{"at the start", part.Field{}, "欧阳修远", []keys.Action{keys.Home}, 20, 0},
		{"scrolled", part.Field{}, "湖南楚禹科技有限公司", nil, 11, 10},
		{"scrolled back", part.Field{}, "湖南楚禹科技有限公司", []keys.Action{keys.Home}, 11, 0},
		{"dots", part.Field{Kind: part.Secret}, "abc", nil, 20, 6},
		{"groups", part.Field{Group: 4}, "12345", nil, 20, 6},
		{"amounts end at the right", part.Field{Kind: part.Money}, "50", nil, 16, 15},
	} {
		f := c.field
		typed(&f, c.in)
		for _, k := range c.keys {
			f.Key(keys.Event{Act: k})
		}
		canvas := look.NewCanvas(40, 1)
		f.Draw(canvas.All(), 5, 0, c.w, true, "提示")
		if x, y, ok := canvas.Cursor(); !ok || x != 5+c.want || y != 0 {
			t.Errorf("%s: cursor %d,%d %v, want %d", c.name, x, y, ok, 5+c.want)
		}
	}
}

func TestFieldEdits(t *testing.T) {
	f := part.Field{}
	typed(&f, "欧e\u0301阳")
	f.Key(keys.Event{Act: keys.Left})
	f.Key(keys.Event{Act: keys.Backspace})
	if f.Value() != "欧阳" {
		t.Errorf("backspace over a marked letter leaves %q", f.Value())
	}
	f.Key(keys.Event{Act: keys.Delete})
	if f.Value() != "欧" {
		t.Errorf("delete leaves %q", f.Value())
	}
	m := part.Field{Kind: part.Money}
	m.Set("450.00")
	typed(&m, "50")
	if m.Value() != "50" {
		t.Errorf("typing over an amount gives %q", m.Value())
	}
}

func TestSecretIsWiped(t *testing.T) {
	f := part.Field{Kind: part.Secret}
	typed(&f, "860214")
	if b := f.Take(); string(b) != "860214" || f.Len() != 0 {
		t.Errorf("took %q, left %d", b, f.Len())
	}
}

func form() *part.Form {
	return part.NewForm([]flow.Field{
		{Name: "a", Label: service.Same("甲"), Type: flow.FieldDigits, Fixed: 3, Max: 3, Required: true},
		{Name: "b", Label: service.Same("乙"), Type: flow.FieldText, Required: true},
		{Name: "c", Label: service.Same("丙"), Type: flow.FieldChoice, Choices: []flow.Choice{{Key: "1", Value: "x", Label: service.Same("子")}, {Key: "2", Value: "y", Label: service.Same("丑")}}},
		{Name: "d", Label: service.Same("丁"), Type: flow.FieldMoney},
	}, service.ZH)
}

func TestFormGoesOn(t *testing.T) {
	f := form()
	press := func(s string) part.Step {
		if s == "enter" {
			return f.Key(keys.Event{Act: keys.Enter})
		}
		return f.Key(keys.Event{Act: keys.Text, Text: s})
	}
	at := func(want string) {
		t.Helper()
		if fd, _ := f.Current(); fd.Name != want {
			t.Fatalf("the focus is on %s, want %s", fd.Name, want)
		}
	}
	press("1")
	press("2")
	at("a")
	press("3")
	at("b") // a full fixed-length field goes on by itself
	press("enter")
	at("b") // an empty required field is not left
	press("文")
	press("enter")
	at("c")
	press("2")
	at("d") // a digit chooses and goes on
	press("5")
	if press("enter") != part.Last {
		t.Fatal("Enter at the last field does not submit")
	}
	v := f.Values()
	if v["a"] != "123" || v["b"] != "文" || v["c"] != "y" || v["d"] != "5" {
		t.Errorf("values %v", v)
	}
	press("-")
	at("c") // the number pad's minus goes back
}
