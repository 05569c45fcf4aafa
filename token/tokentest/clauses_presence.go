package tokentest

import (
	"context"
	"sort"
	"time"

	"certdesk/service"
)

func presenceClauses() []clause {
	return []clause{
		c("list/plugged", "a token that is in is listed with serial and driver", listPlugged),
		c("list/ordered", "the list is in order of serial", listOrdered, Several),
		c("list/removed", "a pulled token leaves the list, a plugged one comes back under the same serial", listRemoved, Hotplug),
		c("list/cancelled", "a context that has ended gives Cancelled", listCancelled),
		c("open/absent", "opening a serial that is not in gives TokenAbsent", openAbsent),
		c("open/removed", "opening a pulled token gives TokenAbsent", openRemoved, Hotplug),
		c("watch/at-once", "watch sends the list at once", watchAtOnce),
		c("watch/insert-remove", "watch sends the list after a removal and after an insertion", watchChanges, Hotplug),
		c("watch/replug", "watch notices a token pulled and put back at once", watchReplug, Hotplug),
		c("watch/ends", "watch closes its channel when the context ends", watchEnds),
		c("serial/stable", "the serial is the same in the list, in the session, and after initialising", serialStable),
	}
}

func listPlugged(b *bench) {
	serial := b.h.Blank(b.T)
	for _, info := range b.list() {
		if info.Serial == serial {
			if info.Driver == "" || info.Initialised && b.has(Fresh) {
				b.Fatalf("blank token listed as %+v", info)
			}
			return
		}
	}
	b.Fatal("not listed")
}

func listOrdered(b *bench) {
	for range 3 {
		b.h.Blank(b.T)
	}
	list := b.list()
	if len(list) < 3 || !sort.SliceIsSorted(list, func(i, j int) bool { return list[i].Serial < list[j].Serial }) {
		b.Fatalf("list %+v", list)
	}
}

func listRemoved(b *bench) {
	serial := b.h.Blank(b.T)
	b.ok(b.h.Remove(serial))
	if listed(b.list(), serial) {
		b.Fatal("a pulled token is listed")
	}
	b.ok(b.h.Insert(serial))
	if !listed(b.list(), serial) {
		b.Fatal("the token did not come back")
	}
}

func listCancelled(b *bench) {
	ctx, cancel := context.WithCancel(b.ctx)
	cancel()
	_, err := b.h.Tokens().List(ctx)
	b.wants(err, service.Cancelled)
}

func openAbsent(b *bench) {
	_, err := b.h.Tokens().Open(b.ctx, "NO-SUCH-TOKEN")
	b.wants(err, service.TokenAbsent)
}

func openRemoved(b *bench) {
	serial := b.h.Blank(b.T)
	b.ok(b.h.Remove(serial))
	_, err := b.h.Tokens().Open(b.ctx, serial)
	b.wants(err, service.TokenAbsent)
}

func (b *bench) watch() <-chan []service.TokenInfo {
	ctx, cancel := context.WithCancel(b.ctx)
	b.Cleanup(cancel)
	return b.h.Tokens().Watch(ctx)
}

func watchAtOnce(b *bench) {
	serial := b.h.Blank(b.T)
	b.next(b.watch(), "first list", func(l []service.TokenInfo) bool { return listed(l, serial) })
}

func watchChanges(b *bench) {
	serial := b.h.Blank(b.T)
	in := func(l []service.TokenInfo) bool { return listed(l, serial) }
	out := func(l []service.TokenInfo) bool { return !listed(l, serial) }
	lists := b.watch()
	b.next(lists, "first list", in)
	b.ok(b.h.Remove(serial))
	b.next(lists, "removal", out)
	b.ok(b.h.Insert(serial))
	b.next(lists, "insertion", in)
}

func watchReplug(b *bench) {
	serial := b.h.Blank(b.T)
	in := func(l []service.TokenInfo) bool { return listed(l, serial) }
	lists := b.watch()
	b.next(lists, "first list", in)
	b.ok(b.h.Remove(serial))
	b.ok(b.h.Insert(serial))
	b.next(lists, "list after the replug", in)
}

func watchEnds(b *bench) {
	ctx, cancel := context.WithCancel(b.ctx)
	lists := b.h.Tokens().Watch(ctx)
	cancel()
	limit := time.After(5 * time.Second)
	for {
		select {
		case _, open := <-lists:
			if !open {
				return
			}
		case <-limit:
			b.Fatal("channel not closed")
		}
	}
}

func serialStable(b *bench) {
	s, serial := b.madeSerial()
	if got := b.info(s).Serial; got != serial || !listed(b.list(), serial) {
		b.Fatalf("serial %q became %q", serial, got)
	}
}
