package part

import (
	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui/look"
)

// Columns are the widths and alignment of rows. Align holds l, r or c per column; Flex is the column that takes what is left.
type Columns struct {
	Widths []int
	Align  string
	Gap    int
}

// Fit gives columns as wide as their widest cell; the first one takes what is left of w, or gives way.
func Fit(rows [][]string, align string, w int) Columns {
	c := Columns{Align: align, Gap: 3}
	for _, r := range rows {
		for i, s := range r {
			if i == len(c.Widths) {
				c.Widths = append(c.Widths, 0)
			}
			c.Widths[i] = max(c.Widths[i], look.Width(s))
		}
	}
	if len(c.Widths) == 0 {
		return c
	}
	rest := w
	for _, n := range c.Widths[1:] {
		rest -= n + c.Gap
	}
	c.Widths[0] = max(6, rest)
	return c
}

// Row writes one row of cells.
func (c Columns) Row(a look.Area, x, y int, st look.Style, cells []string) {
	for i, s := range cells {
		if i >= len(c.Widths) {
			return
		}
		w := c.Widths[i]
		switch c.align(i) {
		case 'r':
			a.Text(x, y, st, look.PadLeft(s, w))
		case 'c':
			s = look.Clip(s, w)
			a.Text(x+(w-look.Width(s))/2, y, st, s)
		default:
			a.Clip(x, y, w, st, s)
		}
		x += w + c.Gap
	}
}

func (c Columns) align(i int) byte {
	if i < len(c.Align) {
		return c.Align[i]
	}
	return 'l'
}

// Table draws a prompt's table at row y: head, rows, a rule and the total. It returns the row after it.
func Table(a look.Area, y int, t *flow.Table, lang service.Lang) int {
	rows := [][]string{words(t.Head, lang)}
	for _, r := range t.Rows {
		rows = append(rows, words(r, lang))
	}
	total := words(t.Total, lang)
	c := Fit(append(rows, total), t.Align, min(a.W, 76))
	c.Row(a, 0, y, look.Dim, rows[0])
	for i, r := range rows[1:] {
		c.Row(a, 0, y+1+i, look.Normal, r)
	}
	y += len(rows)
	if t.Total == nil {
		return y
	}
	a.Rule(0, y, min(a.W, 76))
	c.Row(a, 0, y+1, look.Strong, total)
	return y + 2
}

func words(row []service.Text, lang service.Lang) []string {
	out := make([]string, len(row))
	for i, t := range row {
		out[i] = t.In(lang)
	}
	return out
}

// Facts draws labelled lines at row y, values in one column, long ones broken. It returns the row after them.
func Facts(a look.Area, y int, fs []flow.Fact, lang service.Lang) int {
	lw := 8
	for _, f := range fs {
		lw = max(lw, min(maxLabel, look.Width(f.Label.In(lang))))
	}
	for _, f := range fs {
		a.Clip(0, y, lw, look.Dim, f.Label.In(lang))
		a.Text(lw+2, y, MarkStyle(f.Mark), f.Mark)
		st := look.Normal
		if f.Mark == "!" {
			st = look.Strong
		}
		y = a.Wrap(lw+4, y, a.W-lw-4, st, f.Value.In(lang))
	}
	return y
}

// MarkStyle is the colour that goes with a sign.
func MarkStyle(mark string) look.Style {
	switch mark {
	case "✓":
		return look.Good
	case "✗":
		return look.Bad
	case "!":
		return look.Warn
	}
	return look.Normal
}

// TableRows is the height of a table.
func TableRows(t *flow.Table) int {
	n := 1 + len(t.Rows)
	if t.Total != nil {
		n += 2
	}
	return n
}

// FactRows is the height of facts in w columns.
func FactRows(fs []flow.Fact, lang service.Lang, w int) int {
	lw, n := 8, 0
	for _, f := range fs {
		lw = max(lw, min(maxLabel, look.Width(f.Label.In(lang))))
	}
	for _, f := range fs {
		n += len(look.Wrap(f.Value.In(lang), w-lw-4))
	}
	return n
}
