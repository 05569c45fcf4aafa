package tui_test

import (
	"fmt"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/tui/tuitest"
)

const goldens = "../testdata/golden/screens"

// scenes are the screens that are kept as goldens: what is typed to get there.
var scenes = []struct {
	name string
	do   func(d *tuitest.Driver)
}{
	{"signin", func(d *tuitest.Driver) {}},
	{"signin-wrong", func(d *tuitest.Driver) { d.Type("1001"); d.Press("enter"); d.Type("wrong"); d.Press("enter") }},
	{"home", func(d *tuitest.Driver) { d.SignIn() }},
	{"home-code", func(d *tuitest.Driver) { d.SignIn(); d.Type("10"); d.Press("down", "down") }},
	{"desk-choose", func(d *tuitest.Driver) { begin(d) }},
	{"desk-number-error", func(d *tuitest.Driver) { begin(d); d.Press("1"); d.Type("91430104ma4l1234x0") }},
	{"desk-form", func(d *tuitest.Driver) {
		toDetails(d)
		d.Type("湖南楚禹科技有限公司")
		d.Press("enter")
		d.Type("长沙市岳麓区")
	}},
	{"desk-materials", func(d *tuitest.Driver) { toMaterials(d); d.Press("1", "2", "enter") }},
	{"desk-agreement", func(d *tuitest.Driver) { toMaterials(d); d.Press("0", "enter") }},
	{"desk-fee", func(d *tuitest.Driver) { toFee(d); d.Press("1"); d.Type("500") }},
	{"desk-need", func(d *tuitest.Driver) { toReview(d) }},
	{"desk-second", func(d *tuitest.Driver) { toReview(d); d.Press("1"); d.Type("1002"); d.Press("enter") }},
	{"desk-review", func(d *tuitest.Driver) { toReview(d); second(d) }},
	{"desk-token", func(d *tuitest.Driver) { toToken(d) }},
	{"desk-tokens", func(d *tuitest.Driver) { toToken(d); d.World.Insert(tuitest.Blank, tuitest.Used); d.Settle() }},
	{"desk-work", func(d *tuitest.Driver) { d.World.Slow = time.Second; toWork(d); d.Pass(5500 * time.Millisecond) }},
	{"desk-fault", func(d *tuitest.Driver) { fault(d) }},
	{"desk-stopped", func(d *tuitest.Driver) { fault(d); d.Press("2"); d.Type("6002"); d.Press("enter", "enter", "enter") }},
	{"desk-pin", func(d *tuitest.Driver) { toPIN(d); d.Type("860214") }},
	{"desk-pin-mismatch", func(d *tuitest.Driver) {
		toPIN(d)
		d.Type("860214")
		d.Press("enter")
		d.Type("860215")
		d.Press("enter")
	}},
	{"desk-report", func(d *tuitest.Driver) { toReport(d) }},
	{"desk-closed", func(d *tuitest.Driver) { toReport(d); d.Press("enter") }},
	{"desk-cancel", func(d *tuitest.Driver) { toFee(d); d.Press("f12", "2"); d.Type("0000") }},
	{"find", func(d *tuitest.Driver) {
		d.World.Rows = tuitest.Listing()
		d.SignIn()
		d.Press("/", "down")
		d.Type("长沙")
	}},
	{"queue", func(d *tuitest.Driver) {
		d.World.Rows = tuitest.Listing()
		d.SignIn()
		d.Type("4001")
		d.Press("enter")
	}},
	{"detail", func(d *tuitest.Driver) { d.World.Rows = tuitest.Listing(); d.SignIn(); d.Press("/", "down", "enter") }},
	{"tokens", func(d *tuitest.Driver) {
		d.World.Insert(tuitest.Blank, tuitest.Used)
		d.SignIn()
		d.Type("2003")
		d.Press("enter", "down")
	}},
	{"tokens-raw", func(d *tuitest.Driver) {
		d.World.Insert(tuitest.Blank, tuitest.Used)
		d.SignIn()
		d.Type("2003")
		d.Press("enter", "down", "f10")
	}},
	{"tokens-own", func(d *tuitest.Driver) {
		d.World.Insert(tuitest.Blank, tuitest.Used)
		d.SignIn()
		d.Type("2003")
		d.Press("enter", "down", "f8")
		d.Type("1009")
		d.Press("enter")
		d.Type("supervisor-secret")
		d.Press("enter", "enter")
	}},
	{"desk-tokens-own", func(d *tuitest.Driver) {
		toToken(d)
		own := tuitest.Used
		own.Staff = true
		d.World.Insert(tuitest.Blank, own)
		d.Settle()
	}},
	{"help", func(d *tuitest.Driver) { toDetails(d); d.Press("f1") }},
	{"jump", func(d *tuitest.Driver) { begin(d); d.Press("="); d.Type("js") }},
	{"lock", func(d *tuitest.Driver) { toDetails(d); d.Press("ctrl+l") }},
	{"list", func(d *tuitest.Driver) { toFee(d); d.Press("f4", "down") }},
}

func begin(d *tuitest.Driver) {
	d.SignIn()
	d.Type("1001")
	d.Press("enter")
}

func toDetails(d *tuitest.Driver) {
	begin(d)
	d.Press("1")
	d.Type("91430104MA4L1234XK")
	d.Press("enter")
}

func toMaterials(d *tuitest.Driver) {
	toDetails(d)
	d.Type("湖南楚禹科技有限公司")
	d.Press("enter", "enter", "enter")
	d.Type("孙𠅤")
	d.Press("enter")
	d.Type("13812348000")
	d.Press("enter")
}

func toFee(d *tuitest.Driver) {
	toMaterials(d)
	d.Press("0", "enter", "f10")
}

func toReview(d *tuitest.Driver) {
	toFee(d)
	d.Press("f10")
}

func second(d *tuitest.Driver) {
	d.Press("1")
	d.Type("1002")
	d.Press("enter")
	d.Type("reviewer-secret")
	d.Press("enter")
}

func toToken(d *tuitest.Driver) {
	toReview(d)
	second(d)
	d.Press("f10")
}

func toWork(d *tuitest.Driver) {
	toToken(d)
	d.World.Insert(tuitest.Blank)
	d.Settle()
	d.Press("enter")
}

func fault(d *tuitest.Driver) {
	d.World.Fail["import"] = service.E(service.TokenRemoved, "tuitest", service.Args{"serial": tuitest.Blank.Serial}, nil)
	toWork(d)
}

func toPIN(d *tuitest.Driver) { toWork(d) }

func toReport(d *tuitest.Driver) {
	toPIN(d)
	d.Type("860214")
	d.Press("enter")
	d.Type("860214")
	d.Press("enter")
}

func TestScreens(t *testing.T) {
	sizes := []struct {
		w, h int
		lang service.Lang
	}{{80, 24, service.ZH}, {120, 40, service.ZH}, {80, 24, service.EN}}
	for _, size := range sizes {
		for _, s := range scenes {
			name := fmt.Sprintf("%s-%dx%d-%s", s.name, size.w, size.h, size.lang)
			t.Run(name, func(t *testing.T) {
				tuitest.Run(t, tuitest.Options{W: size.w, H: size.h, Lang: size.lang}, func(d *tuitest.Driver) {
					s.do(d)
					tuitest.Golden(t, goldens, name, d.Screen())
				})
			})
		}
	}
}
