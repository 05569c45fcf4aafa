package app

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"certdesk/db"
	"certdesk/service"
)

var nameStore = service.T("数据库", "database")

// store looks at an open store, and with its key at the rest of the station.
func (x *examination) store(ctx context.Context, a *App, c db.Config) {
	x.add(nameStore, service.Same(db.FileName), a.Store.Check(ctx))
	x.chain(ctx, a.Store)
	if c.Master == nil {
		x.add(nameClock, service.Same(clock(x.o.Env.Now())), before(x.o.Env.Now(), x.latest))
		return
	}
	x.add(service.T("数据库写入", "writing to it"), service.Text{}, writable(ctx, c))
	err := a.desk(ctx)
	if err == nil {
		err = a.Ready()
	}
	place := service.T("工作站 "+a.Station.ID, "station "+a.Station.ID)
	if a.IsDemo(ctx) {
		place = service.T("演示大厅，"+place.ZH, "demo hall, "+place.EN)
	}
	x.add(service.T("入网", "joining"), place, err)
	if err != nil {
		return
	}
	x.add(a.lineFinding(ctx))
	x.add(a.clockFinding(x.latest))
	x.add(a.unsentFinding(ctx))
	x.add(a.printFinding(ctx))
	x.add(a.tokenFinding(ctx))
}

// writable begins an act as the station would, and leaves it: StoreBusy where another program holds the database.
func writable(ctx context.Context, c db.Config) error {
	s, err := db.Open(ctx, c)
	if err != nil {
		return err
	}
	return s.Close()
}

// chain verifies the audit chain, and notes the latest moment in it.
func (x *examination) chain(ctx context.Context, s *db.Store) {
	r, err := s.VerifyAudit(ctx)
	if pin, e := db.AuditPin(x.o.Key()); err == nil && e == nil && pin != "" && pin != fingerprint(s) {
		err = service.E(service.AuditBroken, "doctor", service.Args{"seq": "1", "reason": "key"}, nil)
	}
	x.add(service.T("审计链", "audit chain"), service.T(fmt.Sprintf("%d 条", r.Rows), fmt.Sprintf("%d rows", r.Rows)), err)
	for row, err := range s.AuditRows(ctx, 0) {
		if err != nil {
			return // the chain's own finding tells
		}
		if row.At.After(x.latest) {
			x.latest = row.At
		}
	}
}

var nameClock = service.T("时钟", "clock")

// clockFinding holds this machine's clock against the centre's, or where the centre does not answer against the last act.
func (a *App) clockFinding(latest time.Time) (name, detail service.Text, err error) {
	now := a.Env.Now()
	ahead, known := a.Line.timing.last()
	if !known {
		return nameClock, service.T("本机 "+clock(now)+"，最后一次操作 "+clock(latest), "here "+clock(now)+", last act "+clock(latest)), before(now, latest)
	}
	centre := clock(now.Add(-ahead))
	return nameClock, service.T("本机 "+clock(now)+"，中心 "+centre, "here "+clock(now)+", centre "+centre), apart(ahead)
}

func (a *App) lineFinding(ctx context.Context) (name, detail service.Text, err error) {
	client, err := a.Line.get()
	if err == nil {
		err = client.Online(ctx)
	}
	if err != nil {
		return service.T("中心", "centre"), detail, err
	}
	return service.T("中心", "centre"), service.T("在线", "online"), nil
}

func (a *App) unsentFinding(ctx context.Context) (name, detail service.Text, err error) {
	n := 0
	err = a.Store.Read(ctx, func(v service.View) (err error) {
		n, err = v.Outbox.Count()
		return err
	})
	return service.T("待上传", "unsent"), service.Same(fmt.Sprint(n)), err
}

func (a *App) printFinding(ctx context.Context) (name, detail service.Text, err error) {
	var jobs []service.SpoolJob
	err = a.Store.Read(ctx, func(v service.View) (err error) {
		jobs, err = v.Papers.Jobs(service.SpoolFailed)
		return err
	})
	if err == nil && len(jobs) > 0 {
		err = service.E(jobs[0].Cause, "doctor", service.Args{"path": a.Papers()}, nil)
	}
	return service.T("打印队列", "print queue"), service.Same(a.Papers()), err
}

func (a *App) tokenFinding(ctx context.Context) (name, detail service.Text, err error) {
	infos, err := a.Tokens.List(ctx)
	kind, where := service.T("软 UKey", "soft UKey"), filepath.Join(a.Dir, "ukeys")
	if !a.Device.Soft() {
		kind = service.Same(a.Device.Driver)
		_, where, _ = a.Device.Resolve() // what is wrong with it the driver said when it started
	}
	return service.T("介质", "tokens"), service.T(fmt.Sprintf("%s，%d 枚已插入（%s）", kind.ZH, len(infos), where),
		fmt.Sprintf("%s, %d in (%s)", kind.EN, len(infos), where)), err
}
