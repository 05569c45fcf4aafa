package stormtest

import (
	"context"
	"errors"

	"certdesk/service"
	"certdesk/service/flow"
)

var errTaken = errors.New("what must be refused was taken")

// mischief tries what is not allowed as the case stands; each must be refused and change nothing.
func (d *desk) mischief(ctx context.Context, c *work, s flow.Screen) error {
	switch {
	case !s.CanCancel:
		return refusal(d.Engine.Cancel(ctx, clerk, c.no, "不该撤销"))
	case s.Prompt != nil && s.Prompt.Step == "review":
		a := c.Customer.Answer(s.Prompt)
		a.Version = s.Version
		return refusal(d.Engine.Answer(ctx, clerk, c.no, a))
	case s.CanReplace:
		return refusal(d.Engine.Replace(ctx, clerk, c.no, "没有权限"))
	case s.Prompt != nil:
		return refusal(d.Engine.Answer(ctx, clerk, c.no, flow.Answer{Step: "settle", Version: s.Version - 1}))
	}
	return nil
}

// refusal turns an act that went through into an error without words, which ends the schedule.
func refusal(err error) error {
	if err == nil {
		return errTaken
	}
	if code := service.CodeOf(err); code == service.StoreFailed || code == service.StoreFull {
		return err // the fault struck here
	}
	return nil
}
