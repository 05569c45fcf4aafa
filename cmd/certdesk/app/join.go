package app

import (
	"bytes"
	"context"
	"encoding/json"

	"certdesk/db"
	"certdesk/service"
	"certdesk/service/audit"
	"certdesk/service/ca"
	"certdesk/service/catalog"
	"certdesk/service/central"
	"certdesk/service/fee"
	"certdesk/service/flow"
	"certdesk/service/wire"
)

// Names of sealed settings.
const (
	identitySetting = "station/identity"
	joinKeysSetting = "station/join-keys" // kept until the join is answered: a repeat uses the same keys
	catalogCurrent  = "catalog/current"
	crlSetting      = "centre/crl"
)

func fingerprint(s *db.Store) string { return audit.Fingerprint(s.AuditKey()) }

// Join makes this folder the station of a join code. A join whose reply was lost is repeated with the same keys.
// Errors: JoinBad, JoinExpired, JoinUsed, JoinOther, FolderDemo, CAUnreachable …
func (a *App) Join(ctx context.Context, address, code string) error {
	c, err := ca.ParseJoinCode(code)
	if err != nil {
		return err
	}
	if err := a.mayJoin(ctx, c.Station); err != nil {
		return err
	}
	if err := a.mayJoinAt(ctx, address); err != nil {
		return err
	}
	keys, err := a.joinKeys(ctx)
	if err != nil {
		return err
	}
	id, err := central.Join(ctx, a.Env, address, central.Code{Station: c.Station, Secret: c.Secret[:], Fingerprint: c.Fingerprint}, keys, a.Options.Line)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(id)
	if err != nil {
		return service.E(service.Internal, "app.Join", nil, err)
	}
	defer clear(raw)
	if err := a.set(ctx, "station.join", id.Station.ID, map[string][]byte{identitySetting: raw}); err != nil {
		return err
	}
	if err := a.connect(ctx); err != nil {
		return err
	}
	return a.Pull(ctx)
}

// mayJoin refuses to turn the folder of one station into another's: numbers, ranges and events would mix. JoinOther (station).
func (a *App) mayJoin(ctx context.Context, station string) error {
	id, err := a.identity(ctx)
	if service.IsCode(err, service.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if id.Station.ID != station {
		return service.E(service.JoinOther, "app.mayJoin", service.Args{"station": id.Station.ID}, nil)
	}
	return nil
}

func (a *App) joinKeys(ctx context.Context) (central.Keys, error) {
	var keys central.Keys
	raw, err := a.setting(ctx, joinKeysSetting)
	if err == nil {
		defer clear(raw)
		return keys, json.Unmarshal(raw, &keys)
	}
	if !service.IsCode(err, service.NotFound) {
		return keys, err
	}
	if keys, err = central.NewKeys(a.Env); err != nil {
		return keys, err
	}
	if keys.Events, err = a.Store.EventsKey().Marshal(); err != nil {
		return keys, err
	}
	if raw, err = json.Marshal(keys); err != nil {
		return keys, service.E(service.Internal, "app.joinKeys", nil, err)
	}
	return keys, a.set(ctx, "station.keys", "station", map[string][]byte{joinKeysSetting: raw})
}

func (a *App) setting(ctx context.Context, name string) ([]byte, error) {
	var out []byte
	err := a.Store.Read(ctx, func(v service.View) (err error) {
		out, err = v.Settings.Get(name)
		return err
	})
	return out, err
}

func (a *App) set(ctx context.Context, act, subject string, values map[string][]byte) error {
	return a.Store.Act(ctx, service.StationActor(), func(tx *service.Tx) error {
		for name, value := range values {
			if err := tx.Settings.Set(name, value); err != nil {
				return err
			}
		}
		return tx.Audit.Append(act, subject, "")
	})
}

// connect takes up the identity and the catalog that the store holds, if it holds any.
func (a *App) connect(ctx context.Context) error {
	id, err := a.identity(ctx)
	if service.IsCode(err, service.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if a.Address != "" {
		id.Address = a.Address
	}
	way := a.Options.Line
	way.Through = a.listening()
	client, err := central.New(id, a.Env, way)
	if err != nil {
		return err
	}
	a.Line.set(client)
	a.Station = flow.Station{ID: id.Station.ID, Hall: id.Station.Hall, Window: id.Station.Window}
	return a.loadCatalog(ctx)
}

func (a *App) loadCatalog(ctx context.Context) error {
	text, err := a.setting(ctx, catalogCurrent)
	if service.IsCode(err, service.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	cat, err := catalog.Load(text)
	if err != nil {
		return err
	}
	a.Catalog = cat
	if a.Engine != nil {
		a.Engine.UseCatalog(a.Catalog)
		return nil
	}
	a.build()
	return nil
}

func (a *App) oldCatalog(version string) (*catalog.Catalog, error) {
	text, err := a.setting(context.Background(), "catalog/"+version)
	if err != nil {
		return nil, err
	}
	return catalog.Load(text)
}

// Pull takes staff, catalog, receipt range and CRL from the centre, in one act. Errors: as the line's.
func (a *App) Pull(ctx context.Context) error {
	client, err := a.Line.get()
	if err != nil {
		return err
	}
	feed, err := client.Feed(ctx)
	a.online.Store(err == nil)
	if err != nil {
		return err
	}
	cat, err := catalog.Load(feed.Catalog)
	if err != nil {
		return err
	}
	if err := a.Store.Act(ctx, service.StationActor(), func(tx *service.Tx) error { return a.take(tx, feed, cat) }); err != nil {
		return err
	}
	if a.Catalog == nil || a.Catalog.Version != cat.Version {
		return a.loadCatalog(ctx)
	}
	return nil
}

func (a *App) take(tx *service.Tx, feed wire.Feed, cat *catalog.Catalog) error {
	for _, s := range feed.Staff {
		if err := keepStaff(tx, s); err != nil {
			return err
		}
	}
	have, err := tx.Read.Settings.Get(fee.RangeSetting)
	if err != nil && !service.IsCode(err, service.NotFound) {
		return err
	}
	rng, err := fee.AddRange(have, fee.Range{Prefix: feed.Range.Prefix, From: feed.Range.From, To: feed.Range.To})
	if err != nil {
		return err
	}
	values := map[string][]byte{catalogCurrent: feed.Catalog, "catalog/" + cat.Version: feed.Catalog, fee.RangeSetting: rng}
	if len(feed.CRL) > 0 {
		values[crlSetting] = feed.CRL
	}
	for name, value := range values {
		if have, err := tx.Read.Settings.Get(name); err == nil && bytes.Equal(have, value) {
			continue
		}
		if err := tx.Settings.Set(name, value); err != nil {
			return err
		}
	}
	return tx.Audit.Append("feed.pull", feed.Station.ID, cat.Version)
}

// keepStaff takes a person over without forgetting the wrong passwords counted here.
func keepStaff(tx *service.Tx, s service.Staff) error {
	if have, err := tx.Read.Staff.ByID(s.ID); err == nil {
		s.Failures, s.LockedTo = have.Failures, have.LockedTo
	}
	return tx.Staff.PutStaff(s)
}

// UseAddress points the line at another address of the same centre, and reports whether the station has joined at all.
func (a *App) UseAddress(ctx context.Context, address string) (joined bool, err error) {
	a.Address = address
	if err := a.connect(ctx); err != nil {
		return false, err
	}
	_, err = a.Line.get()
	return err == nil, nil
}
