package tokentest

import (
	"bytes"
	"strings"

	"certdesk/service"
)

func pinClauses() []clause {
	return []clause{
		c("pin/login", "the right PIN logs in; keys work only then", pinLogin),
		c("pin/wrong-counts-down", "a wrong PIN gives PINWrong and the tries left, one less each time", pinCountsDown, Counters),
		c("pin/right-resets", "the right PIN restores the tries", pinResets, Counters),
		c("pin/locks", "the wrong PIN that uses up the last try, and every PIN after it, gives PINLocked", pinLocks, Lock),
		c("pin/locked-unblock", "the SO PIN unblocks with a new user PIN and full tries", pinUnblock, Lock),
		c("pin/wrong-logs-out", "a wrong PIN leaves nobody logged in", pinWrongLogsOut),
		c("pin/change", "changing needs the old PIN; afterwards only the new one is right", pinChange),
		c("pin/change-keeps-login", "changing the PIN keeps the login", pinChangeKeeps),
		c("pin/change-wrong-old", "a wrong old PIN counts down and changes nothing", pinChangeWrong, Counters),
		c("pin/change-locked", "a locked PIN cannot be changed with itself", pinChangeLocked, Lock),
		c("pin/format", "short, long, Chinese and control characters are refused with the rule and cost no try", pinFormat),
		c("pin/bounds", "the shortest and the longest PIN of the rule both work", pinBounds),
		c("pin/counter-survives", "the tries survive closing and reopening", pinSurvives, Counters),
		c("pin/counter-survives-replug", "the tries survive pulling the token", pinSurvivesReplug, Counters, Hotplug),
		c("pin/lock-survives", "a lock survives closing and reopening", pinLockSurvives, Lock),
		c("pin/not-kept", "the driver leaves the caller's PIN slices alone", pinSlices),
	}
}

func pinLogin(b *bench) {
	s := b.made()
	_, err := s.GenerateKey(b.ctx, "box", b.alg())
	b.wants(err, service.TokenLogin)
	b.login(s)
	b.key(s, "box")
}

func pinCountsDown(b *bench) {
	s := b.made()
	limit := b.info(s).User.Max
	b.left(b.info(s).User, limit)
	for i := 1; i < min(limit, 4); i++ {
		b.wrongPIN(s, limit-i)
		b.left(b.info(s).User, limit-i)
	}
}

func pinResets(b *bench) {
	s := b.made()
	limit := b.info(s).User.Max
	b.wrongPIN(s, limit-1)
	b.login(s)
	b.left(b.info(s).User, limit)
}

func pinLocks(b *bench) {
	s := b.made()
	b.exhaust(s)
	b.wants(s.Login(b.ctx, []byte(userPIN)), service.PINLocked)
	info := b.info(s)
	b.left(info.User, 0)
	if !info.User.Locked || info.SO.Locked {
		b.Fatalf("locked token says %+v", info)
	}
}

func pinUnblock(b *bench) {
	s := b.made()
	limit := b.info(s).User.Max
	b.exhaust(s)
	b.ok(s.Unblock(b.ctx, []byte(b.so()), []byte(newPIN)))
	if info := b.info(s); info.User.Locked {
		b.Fatalf("still locked: %+v", info.User)
	}
	b.left(b.info(s).User, limit)
	b.wants(s.Login(b.ctx, []byte(userPIN)), service.PINWrong)
	b.ok(s.Login(b.ctx, []byte(newPIN)))
}

func pinWrongLogsOut(b *bench) {
	s := b.in()
	b.wants(s.Login(b.ctx, []byte(wrong)), service.PINWrong)
	_, err := s.Sign(b.ctx, "box", []byte("m"))
	b.wants(err, service.TokenLogin)
}

func pinChange(b *bench) {
	s := b.made()
	b.ok(s.ChangePIN(b.ctx, []byte(userPIN), []byte(newPIN)))
	b.wants(s.Login(b.ctx, []byte(userPIN)), service.PINWrong)
	b.ok(s.Login(b.ctx, []byte(newPIN)))
}

func pinChangeKeeps(b *bench) {
	s := b.in()
	b.key(s, "box")
	b.ok(s.ChangePIN(b.ctx, []byte(userPIN), []byte(newPIN)))
	_, err := s.Sign(b.ctx, "box", []byte("m"))
	b.ok(err)
}

func pinChangeWrong(b *bench) {
	s := b.made()
	limit := b.info(s).User.Max
	b.wants(s.ChangePIN(b.ctx, []byte(wrong), []byte(newPIN)), service.PINWrong)
	b.left(b.info(s).User, limit-1)
	b.login(s)
}

func pinChangeLocked(b *bench) {
	s := b.made()
	b.exhaust(s)
	b.wants(s.ChangePIN(b.ctx, []byte(userPIN), []byte(newPIN)), service.PINLocked)
}

func pinFormat(b *bench) {
	s := b.made()
	before := b.info(s)
	bad := map[string]string{"": "min", strings.Repeat("1", before.PINRule.Min-1): "min",
		strings.Repeat("1", before.PINRule.Max+1): "max", "密码密码密码": "ascii", "12345\t78": "ascii", "123456\u200b": "ascii"}
	for pin, rule := range bad {
		for _, err := range []error{
			s.Login(b.ctx, []byte(pin)),
			s.ChangePIN(b.ctx, []byte(userPIN), []byte(pin)),
			s.Unblock(b.ctx, []byte(b.so()), []byte(pin)),
			b.underSO(s, []byte(b.so()), []byte(pin)),
		} {
			b.wants(err, service.PINFormat)
			if got := service.ArgsOf(err)["rule"]; got != rule {
				b.Fatalf("PIN of %d bytes: rule %q, want %q", len(pin), got, rule)
			}
		}
	}
	if after := b.info(s); after.User != before.User || after.SO != before.SO {
		b.Fatalf("tries changed: %+v to %+v", before, after)
	}
}

func pinBounds(b *bench) {
	s := b.made()
	rule := b.info(s).PINRule
	old := []byte(userPIN)
	for _, n := range []int{rule.Min, rule.Max} {
		pin := bytes.Repeat([]byte("7"), n)
		b.ok(s.ChangePIN(b.ctx, old, pin))
		b.ok(s.Login(b.ctx, pin))
		old = pin
	}
}

func pinSurvives(b *bench) {
	s, serial := b.madeSerial()
	limit := b.info(s).User.Max
	b.wrongPIN(s, limit-1)
	b.close(s)
	s = b.open(serial)
	b.left(b.info(s).User, limit-1)
	b.wrongPIN(s, limit-2)
}

func pinSurvivesReplug(b *bench) {
	s, serial := b.madeSerial()
	limit := b.info(s).User.Max
	b.wrongPIN(s, limit-1)
	b.ok(b.h.Remove(serial))
	b.ok(b.h.Insert(serial))
	_ = s.Close()
	b.left(b.info(b.open(serial)).User, limit-1)
}

func pinLockSurvives(b *bench) {
	s, serial := b.madeSerial()
	b.exhaust(s)
	b.close(s)
	s = b.open(serial)
	b.wants(s.Login(b.ctx, []byte(userPIN)), service.PINLocked)
}

func pinSlices(b *bench) {
	s := b.made()
	pin, fresh := []byte(userPIN), []byte(newPIN)
	b.ok(s.ChangePIN(b.ctx, pin, fresh))
	b.same("old PIN slice", pin, []byte(userPIN))
	b.same("new PIN slice", fresh, []byte(newPIN))
	clear(fresh)
	b.ok(s.Login(b.ctx, []byte(newPIN)))
}
