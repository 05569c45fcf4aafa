package page_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"certdesk/tui/page"
)

// The end waits for every act that runs, and none starts after it.
func TestEndWaitsForActs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		env := page.NewEnv(t.Context(), page.Env{})
		a := env.Address()
		var done [3]bool
		act := func(i int) func(context.Context) any {
			return func(ctx context.Context) any {
				time.Sleep(time.Duration(i+1) * time.Second)
				done[i] = ctx.Err() == nil
				return nil
			}
		}
		ask, aside := env.Ask(&a, true, act(0)), env.Aside(&a, act(1))
		go ask()
		go aside()
		if !env.Go(func() { act(2)(t.Context()) }) {
			t.Fatal("an act was refused before the end")
		}
		late := env.Ask(&a, true, act(0))
		synctest.Wait()
		env.End()
		if done != [3]bool{true, true, true} {
			t.Errorf("came back: %v", done)
		}
		if late() != nil || env.Go(func() { t.Error("it ran") }) {
			t.Error("an act started after the end")
		}
		select {
		case <-env.Over():
		default:
			t.Error("the end is not known")
		}
	})
}
