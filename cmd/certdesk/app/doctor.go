package app

import (
	"context"
	"os"
	"strconv"
	"time"

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

// doctorWait is how long doctor waits for a database that another program holds: a station's own acts are far shorter.
const doctorWait = time.Second

// examination is a round of doctor's: what was asked for and what was found so far.
type examination struct {
	o      Options
	see    func(string) (Volume, error)
	found  []Finding
	latest time.Time // the latest moment that the audit chain names
}

// Doctor looks at everything a station needs, in the order in which one thing needs the next; what cannot be looked at because of
// an earlier finding is left out. It changes nothing and runs beside a running station.
func Doctor(ctx context.Context, o Options) []Finding { return doctor(ctx, o, see) }

func doctor(ctx context.Context, o Options, see func(string) (Volume, error)) []Finding {
	x := &examination{o: o.Absolute(), see: see}
	if x.folder() {
		x.volume()
		x.holder()
		x.stored(ctx)
	}
	_, err := printing.New().PDF(service.Document{Kind: service.DocNotice, Title: "自检", Time: o.Env.Now()})
	x.add(service.T("纸张与字体", "paper and font"), service.Text{}, err)
	return x.found
}

func (x *examination) add(name, detail service.Text, err error) {
	x.found = append(x.found, Finding{Name: name, Detail: detail, Err: err})
}

// folder tries the folder by a file of its own. False where there is none.
func (x *examination) folder() bool {
	name, dir := service.T("数据文件夹", "data folder"), x.o.Dir
	if !exists(dir) {
		x.add(name, service.Same(dir), x.o.noStore("doctor"))
		return false
	}
	x.add(name, service.Same(dir), unwritten("doctor", dir, try(dir)))
	return true
}

// try writes a page into a file and takes it away again: an empty file fits on a full disk.
func try(dir string) error {
	probe, err := os.CreateTemp(dir, ".probe")
	if err != nil {
		return err
	}
	_, err = probe.Write(make([]byte, 4096))
	if e := probe.Close(); err == nil {
		err = e
	}
	if e := os.Remove(probe.Name()); err == nil {
		err = e
	}
	return err
}

// volume tells where the folder lies, and how much room is left.
func (x *examination) volume() {
	v, err := x.see(x.o.Dir)
	if err == nil {
		err = local(x.o.Dir, x.see)
	}
	x.add(service.T("磁盘类型", "kind of disk"), service.Same(v.Kind), err)
	if v.Sized {
		x.add(service.T("磁盘空间", "disk space"), service.T("剩余 "+size(v.Free), size(v.Free)+" free"), roomy(x.o.Dir, v))
	}
}

// holder tells whether a station runs on the folder; that is nothing wrong.
func (x *examination) holder() {
	h, held, err := heldBy(x.o.Dir)
	detail := service.T("没有工作站在运行", "no station runs")
	if held {
		detail = h.text()
	}
	x.add(service.T("使用情况", "in use"), detail, err)
}

// stored looks at key and store, and by them at everything that the store knows.
func (x *examination) stored(ctx context.Context) {
	key, err := db.LoadOrCreateKey(x.o.Key(), x.o.Env.Rand, false)
	defer clear(key)
	c := db.Config{Dir: x.o.Dir, Master: key, Env: x.o.Env, Wait: doctorWait}
	s, opened := db.OpenReadOnly(ctx, c)
	if service.IsCode(opened, service.KeyWrong) {
		clear(key)
		err, c.Master = opened, nil
		s, opened = db.OpenReadOnly(ctx, c)
	}
	if service.IsCode(opened, service.NotFound) {
		opened = x.o.noStore("doctor")
	}
	if err == nil {
		err = guarded(x.o.Key())
	}
	x.add(service.T("数据密钥", "data key"), service.Same(x.o.Key()), err)
	if opened != nil {
		x.add(nameStore, service.Same(db.FileName), opened)
		return
	}
	a := &App{Options: x.o, Line: &Line{}, Store: s}
	defer a.Close()
	x.store(ctx, a, c)
}

// guarded looks at who may read the key file. KeyExposed (path, mode).
func guarded(path string) error {
	info, err := os.Stat(path)
	if err != nil || !exposed(info) {
		return nil
	}
	return service.E(service.KeyExposed, "doctor", service.Args{"path": path, "mode": strconv.FormatUint(uint64(info.Mode().Perm()), 8)}, nil)
}
