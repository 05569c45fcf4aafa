package flow

import (
	"context"
	"time"

	"certdesk/service"
	"certdesk/service/sm"
)

// Find lists cases. Errors: only the store's.
func (e *Engine) Find(ctx context.Context, who service.Actor, q service.CaseQuery) ([]service.CaseSummary, error) {
	var out []service.CaseSummary
	err := e.cfg.Store.Read(ctx, func(v service.View) (err error) {
		out, err = v.Cases.Find(q)
		return err
	})
	return out, err
}

// Detail reads one case whole.
func (e *Engine) Detail(ctx context.Context, who service.Actor, no string) (Detail, error) {
	var d Detail
	err := e.cfg.Store.Read(ctx, func(v service.View) error {
		p, err := e.locate(v, who, no)
		if err != nil {
			return err
		}
		d = Detail{Case: *p.facts.Case, Title: p.title(), Customer: *p.facts.Customer, Visit: *p.facts.Visit, Payments: p.facts.Paid}
		if d.Certificates, err = v.Certificates.Find(service.CertificateQuery{Case: no}); err != nil {
			return err
		}
		if d.Papers, err = v.Papers.Papers(no); err != nil {
			return err
		}
		entries, err := v.Journal.Entries(no)
		d.History = p.events(entries)
		return err
	})
	return d, err
}

// Home counts what waits and what today brought.
func (e *Engine) Home(ctx context.Context, who service.Actor) (Home, error) {
	h := Home{Online: e.cfg.Online != nil && e.cfg.Online()}
	from := service.Midnight(e.cfg.Desk.Env.Now())
	to := from.Add(24 * time.Hour)
	err := e.cfg.Store.Read(ctx, func(v service.View) (err error) {
		if h.Counts, err = v.Cases.Counts(); err != nil {
			return err
		}
		if h.Unsent, err = v.Outbox.Count(); err != nil {
			return err
		}
		if err = h.today(v, from, to); err != nil {
			return err
		}
		jobs, err := v.Papers.Jobs(service.SpoolFailed)
		if len(jobs) > 0 {
			h.Printing = string(jobs[0].Cause)
		}
		return err
	})
	return h, err
}

func (h *Home) today(v service.View, from, to time.Time) error {
	cases, err := v.Cases.Find(service.CaseQuery{From: from, To: to, Limit: 10000})
	if err != nil {
		return err
	}
	for _, c := range cases {
		h.Cases++
		h.Hours[service.Local(c.Created).Hour()]++
		if c.Kind == service.KindIssue && (c.Status == service.Completed || c.Status == service.Produced) {
			h.Issued++
		}
	}
	paid, err := v.Ledger.PaymentsBetween(from, to)
	for _, p := range paid {
		h.Taken += p.Amount
	}
	return err
}

// Inspect reads what is on a token; no PIN is needed. Errors: TokenAbsent, TokenBusy, TokenDamaged.
func (e *Engine) Inspect(ctx context.Context, serial string) (TokenView, error) {
	s, err := e.cfg.Desk.Tokens.Open(ctx, serial)
	if err != nil {
		return TokenView{}, err
	}
	defer s.Close()
	info, err := s.Info(ctx)
	if err != nil {
		return TokenView{}, err
	}
	containers, err := s.Containers(ctx)
	if err != nil {
		return TokenView{}, err
	}
	view := TokenView{Info: info}
	return view, e.cfg.Store.Read(ctx, func(v service.View) (err error) {
		for _, c := range containers {
			view.Containers = append(view.Containers, e.container(v, &view, c))
		}
		view.History, err = v.Cases.Find(service.CaseQuery{Text: serial})
		return err
	})
}

func (e *Engine) container(v service.View, view *TokenView, c service.Container) ContainerView {
	out := ContainerView{Name: c.Name, Held: c}
	for usage, der := range map[service.KeyUsage][]byte{service.UsageSign: c.Sign, service.UsageEncrypt: c.Encrypt} {
		cert, err := sm.ParseCertificate(der)
		if len(der) == 0 || err != nil {
			continue
		}
		cv := CertView{Usage: usage, Serial: sm.SerialText(cert.Serial), Subject: cert.SubjectText, NotAfter: cert.NotAfter, Status: service.CertValid}
		if !cert.SM2 {
			cv.Usage = service.UsageBoth
		}
		now := e.cfg.Desk.Env.Now()
		cv.DaysLeft = int(cert.NotAfter.Sub(now).Hours() / 24)
		if known, err := v.Certificates.Certificate(cv.Serial); err == nil {
			cv.Known, cv.Status, view.Case = true, known.StatusAt(now), known.Case
		} else if now.After(cert.NotAfter) {
			cv.Status = service.CertExpired
		}
		out.Certificates = append(out.Certificates, cv)
	}
	return sortSignFirst(out)
}

func sortSignFirst(c ContainerView) ContainerView {
	if len(c.Certificates) == 2 && c.Certificates[0].Usage == service.UsageEncrypt {
		c.Certificates[0], c.Certificates[1] = c.Certificates[1], c.Certificates[0]
	}
	return c
}
