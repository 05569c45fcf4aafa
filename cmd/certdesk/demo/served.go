package demo

import (
	"context"
	"fmt"
	"slices"

	"certdesk/service"
)

// The book of who was served: each case of an automatic run is written down under its seed and index, and these under its case, so
// that a later run, of this seed or another, knows whose it is however early it was cut off. Numbers would not do: nobody has told
// one yet when a case begins, and two seeds may invent the same person.
func turnSetting(seed uint64, index int) string { return fmt.Sprintf("demo/turn/%d/%d", seed, index) }
func caseSetting(no string) string              { return "demo/case/" + no }

// caseOf is the case that serves a customer; "" where he was not served yet, or his case was cancelled.
func (a *Auto) caseOf(ctx context.Context, seed uint64, index int) (string, error) {
	no := ""
	err := a.app.Store.Read(ctx, func(v service.View) error {
		b, err := v.Settings.Get(turnSetting(seed, index))
		if err != nil {
			return err
		}
		c, err := v.Cases.Case(string(b))
		if c.Status != service.CancelledS {
			no = c.No
		}
		return err
	})
	if service.IsCode(err, service.NotFound) {
		return "", nil
	}
	return no, err
}

// visitOf is the customer that a case serves; false where no automatic run began it.
func (a *Auto) visitOf(ctx context.Context, no string) (visit, bool, error) {
	var text []byte
	err := a.app.Store.Read(ctx, func(v service.View) (err error) {
		text, err = v.Settings.Get(caseSetting(no))
		return err
	})
	if service.IsCode(err, service.NotFound) {
		return visit{}, false, nil
	}
	if err != nil {
		return visit{}, false, err
	}
	var seed uint64
	var index int
	if _, err := fmt.Sscanf(string(text), "%d/%d", &seed, &index); err != nil {
		return visit{}, false, service.E(service.StoreCorrupt, "demo.visitOf", nil, err)
	}
	return visitAt(newMaker(seed, a.app.Env.Now()), index), true, nil
}

// turn is the case of a customer: his own of an earlier run, one that was begun for nobody, or a fresh one.
func (a *Auto) turn(ctx context.Context, v visit) (string, error) {
	no, err := a.caseOf(ctx, v.seed, v.index)
	if err != nil || no != "" {
		return no, err
	}
	if blank := a.spare[v.kind]; len(blank) > 0 {
		no, a.spare[v.kind] = blank[0], blank[1:]
	} else if no, err = a.app.Engine.Begin(ctx, a.clerk, v.kind); err != nil {
		return "", err
	}
	return no, a.app.Store.Act(ctx, a.clerk, func(tx *service.Tx) error {
		if err := tx.Settings.Set(turnSetting(v.seed, v.index), []byte(no)); err != nil {
			return err
		}
		if err := tx.Settings.Set(caseSetting(no), fmt.Appendf(nil, "%d/%d", v.seed, v.index)); err != nil {
			return err
		}
		return tx.Audit.Append("demo.turn", no, "")
	})
}

// finishOpen serves to their end the cases that earlier runs of any seed left open, oldest first. What a person began at the screen
// is his to finish, unless nothing was entered yet: such a case goes to the next customer who comes for the same.
func (a *Auto) finishOpen(ctx context.Context) error {
	open := slices.DeleteFunc(service.Statuses(), service.Status.Closed)
	cases, err := a.app.Engine.Find(ctx, a.clerk, service.CaseQuery{Statuses: open, Limit: 100000})
	if err != nil {
		return err
	}
	slices.Reverse(cases) // they come newest first
	a.spare = map[service.Kind][]string{}
	for _, c := range cases {
		v, known, err := a.visitOf(ctx, c.No)
		switch {
		case err != nil:
		case known:
			err = a.serve(ctx, v, c.No)
		default:
			err = a.keepBlank(ctx, c.No)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// keepBlank notes a case in which nothing was entered. Only the automatic clerk's own: the reviewer may not review what she entered.
func (a *Auto) keepBlank(ctx context.Context, no string) error {
	return a.app.Store.Read(ctx, func(v service.View) error {
		c, err := v.Cases.Case(no)
		if err == nil && c.CustomerType == "" && c.Customer == "" && c.Token == "" && len(c.Fields) == 0 &&
			c.By[service.EnteredBy].Staff == a.clerk.ID {
			a.spare[c.Kind] = append(a.spare[c.Kind], no)
		}
		return err
	})
}
