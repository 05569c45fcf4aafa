package demo

import "context"

// Serve is Run without the report: it finishes what is open and serves who is not served yet.
func (a *Auto) Serve(ctx context.Context) error {
	_, err := a.everybody(ctx)
	return err
}
