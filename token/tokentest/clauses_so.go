package tokentest

import "certdesk/service"

func soClauses() []clause {
	return []clause{
		c("so/change", "changing the SO PIN needs the old one; afterwards only the new one is right", soChange, SOChange),
		c("so/wrong-counts-down", "a wrong SO PIN gives SOPINWrong and the tries left, and leaves the user PIN alone", soCounts, Counters),
		c("so/right-resets", "the right SO PIN restores its tries", soResets, Counters),
		c("so/unblock-logs-out", "unblocking leaves the session logged out and keeps keys", soUnblockLogsOut),
		c("so/locks", "wrong SO PINs lock: no unblock, no SO PIN change, no initialising any more", soLocks, SOLock),
		c("so/locked-user-works", "a locked SO PIN does not stop the user", soLockedUser, SOLock),
	}
}

func soChange(b *bench) {
	s := b.made()
	other := []byte(otherSO)
	b.ok(s.ChangeSOPIN(b.ctx, []byte(b.so()), other))
	b.wants(s.Unblock(b.ctx, []byte(b.so()), []byte(newPIN)), service.SOPINWrong)
	b.ok(s.Unblock(b.ctx, other, []byte(newPIN)))
	b.ok(s.Login(b.ctx, []byte(newPIN)))
}

func soCounts(b *bench) {
	s := b.made()
	before := b.info(s)
	b.wants(s.Unblock(b.ctx, []byte(wrong), []byte(newPIN)), service.SOPINWrong)
	b.wants(b.underSO(s, []byte(wrong), []byte(newPIN)), service.SOPINWrong)
	b.left(b.info(s).SO, before.SO.Max-2)
	b.left(b.info(s).User, before.User.Max)
	b.login(s)
}

func soResets(b *bench) {
	s := b.made()
	limit := b.info(s).SO.Max
	b.wants(s.Unblock(b.ctx, []byte(wrong), []byte(newPIN)), service.SOPINWrong)
	b.ok(s.Unblock(b.ctx, []byte(b.so()), []byte(newPIN)))
	b.left(b.info(s).SO, limit)
}

func soUnblockLogsOut(b *bench) {
	s := b.in()
	b.key(s, "box")
	b.ok(s.Unblock(b.ctx, []byte(b.so()), []byte(newPIN)))
	_, err := s.Sign(b.ctx, "box", []byte("m"))
	b.wants(err, service.TokenLogin)
	b.ok(s.Login(b.ctx, []byte(newPIN)))
	_, err = s.Sign(b.ctx, "box", []byte("m"))
	b.ok(err)
}

func (b *bench) killSO(s service.TokenSession) {
	b.Helper()
	for range 99 {
		err := s.Unblock(b.ctx, []byte(wrong), []byte(newPIN))
		if service.IsCode(err, service.SOPINLocked) {
			return
		}
		b.wants(err, service.SOPINWrong)
	}
	b.Fatal("99 wrong SO PINs did not lock")
}

func soLocks(b *bench) {
	s := b.made()
	b.killSO(s)
	b.wants(s.Unblock(b.ctx, []byte(b.so()), []byte(newPIN)), service.SOPINLocked)
	b.wants(b.underSO(s, []byte(b.so()), []byte(newPIN)), service.SOPINLocked)
	b.wants(b.again(s, b.so()), service.SOPINLocked)
	if info := b.info(s); !info.SO.Locked || info.User.Locked {
		b.Fatalf("dead token says %+v", info)
	}
}

func soLockedUser(b *bench) {
	s := b.made()
	b.killSO(s)
	b.login(s)
	b.key(s, "box")
}
