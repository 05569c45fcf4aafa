package over

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui/keys"
	"certdesk/tui/look"
	"certdesk/tui/page"
	"certdesk/tui/part"
	"certdesk/tui/text"
)

// Auth signs a second person in for one step; the main session stays.
type Auth struct {
	form
	need  service.Permission
	other bool
	then  func(who service.Actor, reason string) tea.Cmd
}

// NewAuth asks for somebody with a permission. With other, it must not be who is signed in. With reason, a reason is asked for too.
func NewAuth(env *page.Env, title string, need service.Permission, other, reason bool, then func(service.Actor, string) tea.Cmd) *Auth {
	o := &Auth{need: need, other: other, then: then}
	o.form = form{base: newBase(env), title: title, note: fmt.Sprintf(env.In(text.SecondNote), env.Who.Name)}
	o.fields = NewSignIn(env.Lang, reason)
	o.submit, o.close = o.send, func() {
		o.fields.Wipe()
		env.Shell.Drop(o)
	}
	return o
}

// About shows what the second person is asked to answer for.
func (o *Auth) About(what string) *Auth {
	o.note = what + "\n" + o.note
	return o
}

// NewSignIn is a form of sign-in number and password, with a reason where asked for.
func NewSignIn(lang service.Lang, reason bool) *part.Form {
	fs := []flow.Field{
		{Name: "login", Label: text.Login, Type: flow.FieldNumber, Required: true, Max: 20, Hint: service.T(" ", " ")},
		{Name: "password", Label: text.Password, Required: true, Max: 20, Hint: service.T(" ", " ")},
	}
	if reason {
		fs = append(fs, flow.Field{Name: "reason", Label: text.Reason, Required: true, Max: 60, Hint: text.ReasonNote})
	}
	return part.NewForm(fs, lang).Hide("password")
}

type signed struct {
	who service.Actor
	err error
}

// SignIn runs a sign-in as a command; the password is wiped when it is done.
func SignIn(env *page.Env, addr *page.Address, login string, password []byte) tea.Cmd {
	people, forget := env.People, env.Forget
	return env.Ask(addr, true, func(ctx context.Context) any {
		defer forget()
		defer clear(password)
		who, err := people.SignIn(ctx, login, password)
		return signed{who: who, err: err}
	})
}

// SignedIn reads what SignIn came back with.
func SignedIn(msg any) (who service.Actor, err error, ok bool) {
	s, ok := msg.(signed)
	return s.who, s.err, ok
}

func (o *Auth) send() tea.Cmd {
	return SignIn(o.env, &o.addr, o.fields.Values()["login"], o.fields.Secret("password"))
}

// Result takes the sign-in's outcome: a wrong person or password stands at its field.
func (o *Auth) Result(msg any) tea.Cmd {
	o.addr.Done()
	who, err, ok := SignedIn(msg)
	switch {
	case !ok:
		return nil
	case err != nil:
		o.fields.Fail("password", err)
	case !who.May(o.need):
		o.fields.Fail("login", service.E(service.NotPermitted, "over.Auth", service.Args{"permission": string(o.need)}, nil))
	case o.other && who.ID == o.env.Who.ID:
		o.fields.Fail("login", service.E(service.OtherMustSign, "over.Auth", nil, nil))
	default:
		o.env.Shell.Drop(o)
		return o.then(who, o.fields.Values()["reason"])
	}
	return nil
}

// Lock covers the whole screen until who is signed in types the password.
type Lock struct {
	base
	fields *part.Form
}

// NewLock builds the lock for who is signed in.
func NewLock(env *page.Env) *Lock {
	fs := []flow.Field{{Name: "password", Label: text.Password, Required: true, Max: 20, Hint: service.T(" ", " ")}}
	return &Lock{base: newBase(env), fields: part.NewForm(fs, env.Lang).Hide("password")}
}

// Key types the password; F3 signs out.
func (o *Lock) Key(ev keys.Event) tea.Cmd {
	switch {
	case ev.Act == keys.Back:
		o.fields.Wipe()
		return o.env.Shell.SignOut()
	case ev.Act == keys.Submit || o.fields.Key(ev) == part.Last:
		if o.fields.Ready() {
			return SignIn(o.env, &o.addr, o.env.Login, o.fields.Secret("password"))
		}
	}
	return nil
}

// Result lifts the lock for the same person.
func (o *Lock) Result(msg any) tea.Cmd {
	o.addr.Done()
	who, err, ok := SignedIn(msg)
	switch {
	case !ok:
	case err != nil:
		o.fields.Fail("password", err)
	case who.ID == o.env.Who.ID:
		o.env.Shell.Drop(o)
	}
	return nil
}

// Typing is true: the password field has the focus.
func (o *Lock) Typing() bool { return true }

// Bindings of the lock.
func (o *Lock) Bindings() []keys.Binding {
	return []keys.Binding{{Act: keys.Enter, Label: text.KeyOK}, {Act: keys.Submit, Label: text.KeyOK, Quiet: true}, {Act: keys.Back, Label: text.KeySwitch}}
}

// Draw hides everything behind it.
func (o *Lock) Draw(a look.Area) {
	a.Blank()
	in := box(a, o.env.In(text.Locked), 60, 6+o.fields.Rows(52))
	y := in.Wrap(0, 0, in.W, look.Normal, fmt.Sprintf(o.env.In(text.LockedNote), o.env.Who.Name)) + 1
	o.fields.Draw(in.In(0, y, in.W, in.H-y), true)
}
