package token

import (
	"context"
	"strings"
	"time"

	"certdesk/service"
)

// Poll is how often a driver without events looks at its slots. Twice this is the longest an insertion stays unseen.
const Poll = 100 * time.Millisecond

// Lister lists the tokens that are in, with a stamp that differs after every insertion and removal, also after a token was
// pulled and put back between two looks. Stamp serves drivers that cannot tell such a thing.
type Lister func(ctx context.Context) (list []service.TokenInfo, stamp string, err error)

// Stamp is the stamp of a driver that knows no more than who is in.
func Stamp(list []service.TokenInfo) string {
	var b strings.Builder
	for _, info := range list {
		b.WriteString(info.Serial + "\n")
	}
	return b.String()
}

// Watch builds service.Tokens.Watch by polling look every pause. The first list comes at once, also where it is empty; later
// ones whenever the stamp changes. A slow reader finds the newest list, never a queue of old ones. A look that fails is
// tried again at the next tick: a reader that must know why calls List.
func Watch(ctx context.Context, pause time.Duration, look Lister) <-chan []service.TokenInfo {
	out := make(chan []service.TokenInfo, 1)
	go func() {
		defer close(out)
		tick := time.NewTicker(pause)
		defer tick.Stop()
		last, sent := "", false
		for ctx.Err() == nil {
			if list, stamp, err := look(ctx); err == nil && (!sent || stamp != last) {
				offer(out, list)
				last, sent = stamp, true
			}
			select {
			case <-ctx.Done():
			case <-tick.C:
			}
		}
	}()
	return out
}

// offer replaces a list nobody has read yet. It has one caller at a time, so the send after the drain cannot block.
func offer(out chan []service.TokenInfo, list []service.TokenInfo) {
	select {
	case <-out:
	default:
	}
	out <- list
}
