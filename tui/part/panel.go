package part

import (
	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui/look"
)

// Panels draws context panels under each other, each in a box as high as its lines.
func Panels(a look.Area, ps []flow.Panel, lang service.Lang) {
	y := 0
	for _, p := range ps {
		h := min(len(p.Lines)+2, a.H-y)
		if h < 3 {
			return
		}
		in := a.In(0, y, a.W, h).Box(p.Title.In(lang)).Inset(1, 0)
		for i, l := range p.Lines {
			panelLine(in, i, l, lang)
		}
		y += h
	}
}

func panelLine(a look.Area, y int, l flow.PanelLine, lang service.Lang) {
	right := look.Clip(l.Right.In(lang), a.W/2)
	room := a.W
	if right != "" {
		room -= look.Width(right) + 1
		a.Right(a.W, y, look.Dim, right)
	}
	a.Clip(0, y, room, look.Normal, l.Left.In(lang))
}
