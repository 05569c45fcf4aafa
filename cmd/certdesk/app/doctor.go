package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"certdesk/db"
	"certdesk/printing"
	"certdesk/service"
)

// Finding is one thing looked at; Err says what is wrong and carries what to do next.
type Finding struct {
	Name   service.Text
	Detail service.Text
	Err    error
}

// Doctor looks at everything a station needs, in the order in which one thing needs the next. It changes nothing and runs beside
// a running station.
func Doctor(ctx context.Context, o Options) []Finding {
	o = o.Absolute()
	found := []Finding{folderFinding(o), keyFinding(o), auditFinding(ctx, o)}
	a, err := Beside(ctx, o)
	found = append(found, Finding{Name: service.T("数据库与入网", "store and joining"), Detail: service.Same(db.FileName), Err: err})
	if err == nil {
		defer a.Close()
		found = append(found, a.lineFinding(ctx), a.unsentFinding(ctx), a.printFinding(ctx), a.tokenFinding(ctx))
	}
	_, err = printing.New().PDF(service.Document{Kind: service.DocNotice, Title: "自检", Time: o.Env.Now()})
	return append(found, Finding{Name: service.T("纸张与字体", "paper and font"), Err: err})
}

func folderFinding(o Options) Finding {
	f := Finding{Name: service.T("数据文件夹", "data folder"), Detail: service.Same(o.Dir)}
	if !exists(o.Dir) {
		f.Err = service.E(service.NotJoined, "doctor", service.Args{"path": o.Dir}, nil)
		return f
	}
	probe, err := os.CreateTemp(o.Dir, ".probe")
	if err != nil {
		f.Err = service.E(service.StoreReadOnly, "doctor", service.Args{"path": o.Dir}, err)
		return f
	}
	probe.Close()
	os.Remove(probe.Name())
	return f
}

func keyFinding(o Options) Finding {
	key, err := db.LoadOrCreateKey(o.Key(), o.Env.Rand, false)
	clear(key)
	return Finding{Name: service.T("数据密钥", "data key"), Detail: service.Same(o.Key()), Err: err}
}

func auditFinding(ctx context.Context, o Options) Finding {
	f := Finding{Name: service.T("审计链", "audit chain")}
	s, err := db.OpenReadOnly(ctx, db.Config{Dir: o.Dir, Env: o.Env})
	if err != nil {
		f.Err = err
		return f
	}
	defer s.Close()
	r, err := s.VerifyAudit(ctx)
	f.Detail, f.Err = service.T(fmt.Sprintf("%d 条", r.Rows), fmt.Sprintf("%d rows", r.Rows)), err
	return f
}

func (a *App) lineFinding(ctx context.Context) Finding {
	f := Finding{Name: service.T("中心", "centre"), Detail: service.T("在线", "online")}
	client, err := a.Line.get()
	if err == nil {
		err = client.Online(ctx)
	}
	f.Err = err
	return f
}

func (a *App) unsentFinding(ctx context.Context) Finding {
	n := 0
	err := a.Store.Read(ctx, func(v service.View) (err error) {
		n, err = v.Outbox.Count()
		return err
	})
	return Finding{Name: service.T("待上传", "unsent"), Detail: service.Same(fmt.Sprint(n)), Err: err}
}

func (a *App) printFinding(ctx context.Context) Finding {
	f := Finding{Name: service.T("打印队列", "print queue"), Detail: service.Same(a.Papers())}
	var jobs []service.SpoolJob
	f.Err = a.Store.Read(ctx, func(v service.View) (err error) {
		jobs, err = v.Papers.Jobs(service.SpoolFailed)
		return err
	})
	if f.Err == nil && len(jobs) > 0 {
		f.Err = service.E(jobs[0].Cause, "doctor", service.Args{"path": a.Papers()}, nil)
	}
	return f
}

func (a *App) tokenFinding(ctx context.Context) Finding {
	infos, err := a.Tokens.List(ctx)
	return Finding{Name: service.T("介质", "tokens"), Detail: service.T(fmt.Sprintf("软 UKey，%d 枚已插入（%s）", len(infos), filepath.Join(a.Dir, "ukeys")),
		fmt.Sprintf("soft UKey, %d in (%s)", len(infos), filepath.Join(a.Dir, "ukeys"))), Err: err}
}
