package desk

import (
	"fmt"
	"strconv"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui/keys"
	"certdesk/tui/look"
	"certdesk/tui/page"
	"certdesk/tui/part"
	"certdesk/tui/text"
)

// confirmView shows something to read, then takes a yes. Enter reads on as long as something is below.
type confirmView struct {
	env    *page.Env
	prompt *flow.Prompt
	top    int
	height int // of everything
	seen   int // rows on the screen
	long   bool
}

func newConfirm(env *page.Env, pr *flow.Prompt) *confirmView {
	return &confirmView{env: env, prompt: pr}
}

func (v *confirmView) typing() bool { return false }

func (v *confirmView) key(k press) bool {
	end := max(0, v.height-v.seen)
	switch k.Act {
	case keys.Enter:
		if v.top >= end {
			return !k.ahead
		}
		v.top += v.seen - 1
	case keys.Up:
		v.top--
	case keys.Down:
		v.top++
	case keys.PageUp:
		v.top -= v.seen - 1
	case keys.PageDown:
		v.top += v.seen - 1
	case keys.Home:
		v.top = 0
	case keys.End:
		v.top = end
	}
	v.top = max(0, min(v.top, end))
	return false
}

func (v *confirmView) rows(w int) int {
	pr, n := v.prompt, 0
	add := func(h int) {
		if h > 0 && n > 0 {
			n++
		}
		n += h
	}
	if !pr.Note.Zero() {
		add(len(look.Wrap(v.env.In(pr.Note), w-2)))
	}
	if len(pr.Facts) > 0 {
		add(part.FactRows(pr.Facts, v.env.Lang, w-2))
	}
	if pr.Table != nil {
		add(part.TableRows(pr.Table))
	}
	return n
}

func (v *confirmView) draw(d drawing) {
	v.height, v.seen = v.rows(d.W), d.H
	v.long = v.height > d.H
	v.top = max(0, min(v.top, v.height-d.H))
	a, pr, y := d.In(0, 0, d.W, d.H).Scrolled(v.top), v.prompt, 0
	next := func(end int) {
		if y = end; y > 0 {
			y++
		}
	}
	if !pr.Note.Zero() {
		next(a.Wrap(2, y, d.W-2, look.Normal, v.env.In(pr.Note)))
	}
	if len(pr.Facts) > 0 {
		next(part.Facts(a.In(2, y, d.W-2, v.height), 0, pr.Facts, v.env.Lang) + y)
	}
	if pr.Table != nil {
		part.Table(a.In(2, y, d.W-2, v.height), 0, pr.Table, v.env.Lang)
	}
	part.Marks(d.Area, v.top, v.height)
	if d.focus {
		d.Cursor(0, 0)
	}
}

func (v *confirmView) answer(*flow.Answer) bool { return true }

func (v *confirmView) fail(string, error) bool { return false }

// tokenView waits for a token. One that will do is taken with Enter; of several one is chosen, never guessed.
type tokenView struct {
	env    *page.Env
	prompt *flow.Prompt
	at     int
}

func newToken(env *page.Env, pr *flow.Prompt) *tokenView {
	return &tokenView{env: env, prompt: pr, at: -1}
}

// candidates are the inserted tokens that the prompt would take.
func (v *tokenView) candidates() []service.TokenInfo {
	var out []service.TokenInfo
	for _, t := range v.env.Shell.Tokens() {
		if v.fits(t) {
			out = append(out, t)
		}
	}
	return out
}

// fits reports whether a token may be the job's: the pinned one, else any that is not a member of staff's own.
func (v *tokenView) fits(t service.TokenInfo) bool {
	return t.Serial == v.prompt.Serial || v.prompt.Serial == "" && !t.Staff
}

func (v *tokenView) typing() bool { return false }

func (v *tokenView) key(k press) bool {
	n := len(v.candidates())
	switch k.Act {
	case keys.Enter:
		return !k.ahead
	case keys.Down:
		v.at = min(v.at+1, n-1)
	case keys.Up:
		v.at = max(v.at-1, 0)
	case keys.Text:
		if d, err := strconv.Atoi(k.Text); err == nil && d > 0 && d <= n {
			v.at = d - 1
		}
	}
	return false
}

func (v *tokenView) answer(a *flow.Answer) bool {
	c := v.candidates()
	switch {
	case len(c) == 1:
		a.Choice = c[0].Serial
	case v.at >= 0 && v.at < len(c):
		a.Choice = c[v.at].Serial
	default:
		v.env.Shell.Toast(v.line(len(c)), false)
		return false
	}
	return true
}

func (v *tokenView) fail(string, error) bool { return false }

func (v *tokenView) rows(int) int { return 3 + max(1, len(v.env.Shell.Tokens())) }

// line says what is being waited for.
func (v *tokenView) line(n int) string {
	switch {
	case n > 1:
		return v.env.In(text.TokenMany)
	case n == 1:
		return v.env.In(text.TokenOne)
	case v.prompt.Serial != "":
		return fmt.Sprintf(v.env.In(text.TokenWaitFor), v.prompt.Serial)
	}
	return v.env.In(text.TokenWait)
}

func (v *tokenView) draw(d drawing) {
	n := len(v.candidates())
	sign, st := "○", look.Dim
	if n == 1 {
		sign, st = "●", look.Good
	} else if n > 1 {
		sign, st = "!", look.Warn
	}
	d.Text(2, 0, st, sign)
	d.Text(4, 0, look.Strong, v.line(n))
	if d.focus {
		d.Cursor(2, 0)
	}
	i := 0
	for row, t := range v.env.Shell.Tokens() {
		taken := v.fits(t)
		if taken {
			i++
		}
		v.token(d, 2+row, i, n, t, taken)
	}
}

func (v *tokenView) token(d drawing, y, i, n int, t service.TokenInfo, taken bool) {
	st, state := look.Normal, text.TokenUsedS
	switch {
	case t.Staff:
		st, state = look.Dim, text.TokenStaffS
	case !taken:
		st, state = look.Dim, text.TokenWrongS
	case !t.Initialised || t.Label == "":
		state = text.TokenBlankS
	}
	if taken && n > 1 {
		d.Text(4, y, look.Key, strconv.Itoa(i))
		if i-1 == v.at {
			st = look.Accent
			d.Text(2, y, st, "▸")
		}
	}
	d.Clip(7, y, 20, st, t.Serial)
	d.Clip(28, y, 20, look.Dim, t.Model)
	d.Clip(49, y, d.W-50, look.Dim, v.env.In(state))
}

// needView says that another person must do the step, and how to go on.
type needView struct {
	env  *page.Env
	menu *part.Menu
	need service.Permission
}

func newNeed(env *page.Env, s flow.Screen) *needView {
	return &needView{env: env, need: s.Need, menu: part.NewMenu([]flow.Choice{{Key: "1", Label: text.NeedHere}, {Key: "2", Label: text.NeedQueue}}, false, env.Lang)}
}

func (v *needView) typing() bool { return false }

func (v *needView) key(k press) bool {
	if k.ahead {
		return false
	}
	_, hit := v.menu.Key(k.Event)
	return hit || k.Act == keys.Enter
}

func (v *needView) rows(int) int { return 4 }

func (v *needView) draw(d drawing) {
	d.Clip(2, 0, d.W-2, look.Normal, fmt.Sprintf(v.env.In(text.NeedNote), v.env.Who.Name))
	v.menu.Draw(d.In(0, 2, d.W, 2), d.focus)
}

func (v *needView) answer(*flow.Answer) bool { return false }

func (v *needView) fail(string, error) bool { return false }
