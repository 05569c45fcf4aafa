package host

import (
	"context"

	"certdesk/service"
)

// act is a request on an open session.
type act func(ctx context.Context, t service.TokenSession, q *request, r *reply) error

func acts() map[op]act {
	all := pinActs()
	for _, some := range []map[op]act{keyActs(), certActs()} {
		for o, a := range some {
			all[o] = a
		}
	}
	return all
}

func pinActs() map[op]act {
	return map[op]act{
		opInfo: func(ctx context.Context, t service.TokenSession, _ *request, r *reply) error {
			info, err := t.Info(ctx)
			r.infos = []service.TokenInfo{info}
			return err
		},
		opInitialise: func(ctx context.Context, t service.TokenSession, q *request, r *reply) error {
			info, err := t.Initialise(ctx, service.InitSpec{Label: q.name, SOPIN: q.a, NewSOPIN: q.b, UserPIN: q.c})
			r.infos = []service.TokenInfo{info}
			return err
		},
		opLogin: func(ctx context.Context, t service.TokenSession, q *request, _ *reply) error {
			return t.Login(ctx, q.a)
		},
		opLogout: func(ctx context.Context, t service.TokenSession, _ *request, _ *reply) error { return t.Logout(ctx) },
		opChangePIN: func(ctx context.Context, t service.TokenSession, q *request, _ *reply) error {
			return t.ChangePIN(ctx, q.a, q.b)
		},
		opChangeSOPIN: func(ctx context.Context, t service.TokenSession, q *request, _ *reply) error {
			return t.ChangeSOPIN(ctx, q.a, q.b)
		},
		opUnblock: func(ctx context.Context, t service.TokenSession, q *request, _ *reply) error {
			return t.Unblock(ctx, q.a, q.b)
		},
	}
}

func keyActs() map[op]act {
	return map[op]act{
		opGenerateKey: func(ctx context.Context, t service.TokenSession, q *request, r *reply) (err error) {
			r.data, err = t.GenerateKey(ctx, q.name, service.KeyAlg(q.word))
			return err
		},
		opPublicKey: func(ctx context.Context, t service.TokenSession, q *request, r *reply) (err error) {
			r.data, err = t.PublicKey(ctx, q.name, service.KeyUsage(q.word))
			return err
		},
		opSign: func(ctx context.Context, t service.TokenSession, q *request, r *reply) (err error) {
			r.data, err = t.Sign(ctx, q.name, q.a)
			return err
		},
		opImport: func(ctx context.Context, t service.TokenSession, q *request, _ *reply) error {
			return t.ImportEncryptionKey(ctx, q.name, q.a)
		},
		opDecrypt: func(ctx context.Context, t service.TokenSession, q *request, r *reply) (err error) {
			r.data, err = t.Decrypt(ctx, q.name, q.a)
			return err
		},
		opProve: func(ctx context.Context, t service.TokenSession, q *request, _ *reply) error {
			return t.ProveEncryption(ctx, q.name, q.a, q.b)
		},
	}
}

func certActs() map[op]act {
	return map[op]act{
		opContainers: func(ctx context.Context, t service.TokenSession, _ *request, r *reply) (err error) {
			r.boxes, err = t.Containers(ctx)
			return err
		},
		opRead: func(ctx context.Context, t service.TokenSession, q *request, r *reply) (err error) {
			r.data, err = t.ReadCertificate(ctx, q.name, service.KeyUsage(q.word))
			return err
		},
		opWrite: func(ctx context.Context, t service.TokenSession, q *request, _ *reply) error {
			return t.WriteCertificate(ctx, q.name, service.KeyUsage(q.word), q.a)
		},
		opDelete: func(ctx context.Context, t service.TokenSession, q *request, _ *reply) error {
			return t.DeleteContainer(ctx, q.name)
		},
	}
}

// perform does a request.
func (s *server) perform(q *request, r *reply) error {
	switch q.op {
	case opList:
		return s.list(r)
	case opOpen:
		return s.openSession(q.name, r)
	case opWatch:
		s.watch(q.id)
		return nil
	case opUnwatch:
		s.unwatch(q.ref)
		return nil
	case opClose:
		return s.closeSession(q.ref)
	}
	t, ok := s.session(q.ref)
	if !ok {
		return closed(q.op.String())
	}
	return s.acts[q.op](s.ctx, t, q, r)
}

func (s *server) list(r *reply) error {
	r.rss = rss()
	return s.lister.Do(s.ctx, at("List"), func(ctx context.Context) (err error) {
		r.infos, err = s.driver.List(ctx)
		return err
	})
}

func (s *server) openSession(serial string, r *reply) error {
	t, err := s.tokens.Open(s.ctx, serial)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	s.sessions[s.last], r.ref = t, s.last
	return nil
}

func (s *server) session(ref uint64) (service.TokenSession, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.sessions[ref]
	return t, ok
}

func (s *server) closeSession(ref uint64) error {
	s.mu.Lock()
	t, ok := s.sessions[ref]
	delete(s.sessions, ref)
	s.mu.Unlock()
	if !ok {
		return closed("Close")
	}
	return t.Close()
}

// watch sends the driver's lists as replies to request id until it is taken back.
func (s *server) watch(id uint64) {
	ctx, cancel := context.WithCancel(s.ctx)
	s.mu.Lock()
	s.watches[id] = cancel
	s.mu.Unlock()
	lists := s.driver.Watch(ctx)
	go func() {
		for list := range lists {
			if s.send((&reply{id: id, more: true, infos: list}).encode()) != nil {
				cancel() // the channel closes then
			}
		}
	}()
}

func (s *server) unwatch(id uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if cancel, ok := s.watches[id]; ok {
		cancel()
		delete(s.watches, id)
	}
}
