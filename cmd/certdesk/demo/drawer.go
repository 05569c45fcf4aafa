package demo

import (
	"context"
	"crypto/rand"

	"certdesk/service"
	"certdesk/service/flow"
)

// token brings the token that a prompt waits for: a fresh one from the drawer, or the customer's own.
func (c *customerAtDesk) token(ctx context.Context, p *flow.Prompt) (string, error) {
	drawer := c.auto.app.Drawer
	if c.visit.kind != service.KindIssue {
		serial, err := c.own(ctx)
		if err == nil {
			err = c.present(ctx, serial)
		}
		if err == nil && c.visit.kind == service.KindUnlock {
			err = c.lock(ctx, serial)
		}
		return serial, err
	}
	serial, err := drawer.NewSerial()
	if err == nil {
		err = drawer.Create(serial)
	}
	if err != nil {
		return "", err
	}
	return serial, c.present(ctx, serial)
}

// present makes sure that the token is in, and nothing else. No serial is the case's own token: what this desk put in is that already.
func (c *customerAtDesk) present(ctx context.Context, serial string) error {
	app := c.auto.app
	if serial == "" && c.inserted == "" {
		d, err := app.Engine.Detail(ctx, c.auto.clerk, c.no)
		if err != nil {
			return err
		}
		serial = d.Case.Token
	}
	if serial == "" || serial == c.inserted {
		return nil
	}
	if err := c.eject(ctx); err != nil {
		return err
	}
	c.inserted = serial
	return app.Drawer.Insert(serial)
}

// eject pulls whatever is in; a run that was cut off may have left a token there.
func (c *customerAtDesk) eject(ctx context.Context) error {
	app := c.auto.app
	in, err := app.Tokens.List(ctx)
	if err != nil {
		return err
	}
	for _, t := range in {
		if err := app.Drawer.Remove(t.Serial); err != nil {
			return err
		}
	}
	c.inserted = ""
	return nil
}

// own is the token that the customer's earlier visit went home with.
func (c *customerAtDesk) own(ctx context.Context) (string, error) {
	no, err := c.auto.caseOf(ctx, c.visit.seed, c.visit.earlier)
	if err == nil && no == "" {
		err = service.E(service.NotFound, "demo.own", service.Args{"what": "token", "id": c.no}, nil)
	}
	if err != nil {
		return "", err
	}
	d, err := c.auto.app.Engine.Detail(ctx, c.auto.clerk, no)
	return d.Case.Token, err
}

// lock is the reason why the customer came: he used up his tries.
func (c *customerAtDesk) lock(ctx context.Context, serial string) error {
	s, err := c.auto.app.Tokens.Open(ctx, serial)
	if err != nil {
		return err
	}
	defer s.Close()
	for range 12 {
		err := s.Login(ctx, []byte(rand.Text()[:12]))
		if service.IsCode(err, service.PINLocked) {
			return nil
		}
		if err != nil && !service.IsCode(err, service.PINWrong) {
			return err
		}
	}
	return nil
}
