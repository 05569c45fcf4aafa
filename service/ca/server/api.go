package server

import (
	"mime"
	"net/http"

	"certdesk/service"
	"certdesk/service/ca"
	"certdesk/service/wire"
)

// crlFamily is the part of a path that names a family.
const crlFamily = "family"

func isType(r *http.Request, want string) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && kind == want
}

func wireAnchors(a ca.Anchors) wire.Anchors {
	out := wire.Anchors{Root: a.Root, Issuing: [][]byte{a.Issuing}, TLSRoot: a.TLSRoot, CMPSigner: a.CMPSigner}
	for _, o := range a.Others {
		out.Others = append(out.Others, wireOther(o))
	}
	return out
}

func wireOther(o ca.OtherAnchor) wire.OtherCA {
	return wire.OtherCA{Family: string(o.Family), Root: o.Root, Issuing: o.Issuing, Proof: o.Proof}
}

func wireStation(s ca.StationInfo) wire.StationInfo {
	return wire.StationInfo{ID: s.ID, Hall: s.Hall, Window: s.Window, Joined: s.Joined}
}

func (f *front) anchors(w http.ResponseWriter, r *http.Request) error {
	a, err := f.svc.Anchors(r.Context())
	if err != nil {
		return err
	}
	return f.write(w, r, wireAnchors(a))
}

func (f *front) join(w http.ResponseWriter, r *http.Request) error {
	var q wire.JoinRequest
	if err := read(r, &q); err != nil {
		return err
	}
	defer clear(q.Secret)
	a, err := f.svc.Join(r.Context(), ca.JoinRequest{Station: q.Station, Secret: q.Secret, TLSKey: q.TLS, RAKey: q.RA,
		EventsKey: q.Events, BundleKey: q.Bundle, RAProof: q.RAProof, EventsProof: q.EventsProof})
	if err != nil {
		return err
	}
	f.log.Info("joined", "station", a.Station.ID, "from", r.RemoteAddr)
	return f.write(w, r, wire.JoinReply{Station: wireStation(a.Station), TLS: a.TLSCert, RA: a.RACert, Events: a.EventsCert,
		Bundle: a.BundleCert, Anchors: wireAnchors(a.Anchors)})
}

func (f *front) feed(w http.ResponseWriter, r *http.Request, who ca.StationInfo) error {
	var q wire.FeedRequest
	if err := read(r, &q); err != nil {
		return err
	}
	a, err := f.svc.Feed(r.Context(), who.ID)
	if err != nil {
		return err
	}
	out := wire.Feed{Station: wireStation(a.Station), Staff: a.Staff, Catalog: a.Catalog,
		Range: wire.Range{Prefix: a.Range.Prefix, From: a.Range.From, To: a.Range.To}, CRL: a.CRL, At: f.env.Now().UTC()}
	for _, o := range a.Others {
		w := wireOther(o.OtherAnchor)
		w.CRL = o.CRL
		out.Others = append(out.Others, w)
	}
	return f.write(w, r, out)
}

func (f *front) nextRange(w http.ResponseWriter, r *http.Request, who ca.StationInfo) error {
	var q wire.RangeRequest
	if err := read(r, &q); err != nil {
		return err
	}
	a, err := f.svc.NextRange(r.Context(), who.ID, q.After)
	if err != nil {
		return err
	}
	return f.write(w, r, wire.Range{Prefix: a.Prefix, From: a.From, To: a.To})
}

func (f *front) ticket(w http.ResponseWriter, r *http.Request, who ca.StationInfo) error {
	var q wire.TicketRequest
	if err := read(r, &q); err != nil {
		return err
	}
	pin, err := f.svc.Ticket(r.Context(), who.ID, q.Serial, q.Generation)
	if err != nil {
		return err
	}
	defer clear(pin)
	return f.write(w, r, wire.Ticket{Serial: q.Serial, Generation: q.Generation, PIN: pin})
}

func (f *front) withdraw(w http.ResponseWriter, r *http.Request, who ca.StationInfo) error {
	var q wire.WithdrawRequest
	if err := read(r, &q); err != nil {
		return err
	}
	issued, err := f.svc.Withdraw(r.Context(), who.ID, [32]byte(q.Key))
	if err != nil {
		return err
	}
	return f.write(w, r, wire.Withdrawn{Issued: issued})
}

func (f *front) events(w http.ResponseWriter, r *http.Request, who ca.StationInfo) error {
	var q wire.EventBatch
	if err := read(r, &q); err != nil {
		return err
	}
	acked, err := f.svc.Ingest(r.Context(), who.ID, q.Events)
	if err != nil {
		return err
	}
	return f.write(w, r, wire.Acknowledged{Seq: acked})
}

// crl gives the list of the family that the path names; of SM2 where it names none.
func (f *front) crl(w http.ResponseWriter, r *http.Request, _ ca.StationInfo) error {
	family := service.Family(r.PathValue(crlFamily))
	if family == "" {
		family = service.FamilySM2
	}
	der, err := f.svc.CRLOf(r.Context(), family)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", wire.TypeCRL)
	if _, err := w.Write(der); err != nil {
		f.undelivered(r)
	}
	return nil
}

// health says that the centre answers and that its store can be read: who asked was looked up there.
func (f *front) health(w http.ResponseWriter, r *http.Request, _ ca.StationInfo) error {
	return f.write(w, r, wire.Health{OK: true})
}
