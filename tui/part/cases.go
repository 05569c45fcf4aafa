package part

import (
	"certdesk/service"
	"certdesk/tui/keys"
	"certdesk/tui/look"
	"certdesk/tui/text"
)

// Cases is a list of cases with a selection.
type Cases struct {
	Lang service.Lang
	Rows []service.CaseSummary
	at   int
	top  int
}

// Set replaces the rows; the selection stays on its case where that is still listed.
func (c *Cases) Set(rows []service.CaseSummary) {
	no := ""
	if r, ok := c.Selected(); ok {
		no = r.No
	}
	c.Rows, c.at = rows, 0
	for i, r := range rows {
		if r.No == no {
			c.at = i
		}
	}
}

// Selected is the case under the selection; false in an empty list.
func (c *Cases) Selected() (service.CaseSummary, bool) {
	if c.at >= len(c.Rows) {
		return service.CaseSummary{}, false
	}
	return c.Rows[c.at], true
}

// Key moves the selection; it reports whether the key was one for it.
func (c *Cases) Key(ev keys.Event) bool {
	d := map[keys.Action]int{keys.Up: -1, keys.Down: 1, keys.PageUp: -10, keys.PageDown: 10}[ev.Act]
	c.at = max(0, min(c.at+d, len(c.Rows)-1))
	return d != 0
}

// columns at 80 columns are number, business, status, customer and time; wider screens add fee and who entered it.
func (c *Cases) columns(w int) (Columns, bool) {
	if w >= 110 {
		return Columns{Widths: []int{17, 5, 14, w - 93, 12, 10, 11}, Align: "llllrll", Gap: 3}, true
	}
	status := 12
	if c.Lang == service.EN {
		status = 15
	}
	return Columns{Widths: []int{17, 4, status, w - 46 - status, 11}, Align: "lllll", Gap: 2}, false
}

func (c *Cases) cells(r service.CaseSummary, all bool) []string {
	out := []string{r.No, string(r.Kind), r.Status.Title().In(c.Lang), r.Customer}
	if all {
		out = append(out, r.Fee.String(), r.By)
	}
	return append(out, service.Local(r.Updated).Format("01-02 15:04"))
}

// Draw writes head and rows. The terminal's cursor goes with the selection where cursor is true.
func (c *Cases) Draw(a look.Area, loaded, cursor bool) {
	cols, all := c.columns(a.W)
	head := []string{text.ColNo.In(c.Lang), text.ColKind.In(c.Lang), text.ColStatus.In(c.Lang), text.ColCustomer.In(c.Lang)}
	if all {
		head = append(head, text.ColFee.In(c.Lang), text.ColBy.In(c.Lang))
	}
	cols.Row(a, 4, 0, look.Dim, append(head, text.ColTime.In(c.Lang)))
	list := a.In(0, 1, a.W, a.H-1)
	switch {
	case !loaded:
		list.Text(4, 0, look.Dim, text.Loading.In(c.Lang))
	case len(c.Rows) == 0:
		list.Text(4, 0, look.Dim, text.Empty.In(c.Lang))
	}
	c.top = Window(c.at, c.top, len(c.Rows), list.H)
	for i := c.top; i < len(c.Rows) && i-c.top < list.H; i++ {
		c.row(list, cols, i, all, cursor)
	}
	Marks(list, c.top, len(c.Rows))
}

func (c *Cases) row(a look.Area, cols Columns, i int, all, cursor bool) {
	st, y := look.Normal, i-c.top
	if i == c.at {
		st = look.Accent
		a.Text(2, y, st, "▸")
		if cursor {
			a.Cursor(2, y)
		}
	}
	cols.Row(a, 4, y, st, c.cells(c.Rows[i], all))
}
