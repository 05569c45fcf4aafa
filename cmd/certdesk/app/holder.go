package app

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/gofrs/flock"

	"certdesk/db"
	"certdesk/service"
)

// holderName is the file in which a running station says who it is. It is a note for people: whether anybody runs is told by the
// operating system's lock alone, and a note without a lock is left over from a crash.
const holderName = "station.holder"

// Holder is who runs on a data folder.
type Holder struct {
	Host  string    `json:"host"`
	PID   int       `json:"pid"`
	Since time.Time `json:"since"`
}

// hold takes the folder and leaves the note. FolderHeld (host, pid, since) where another station runs on it.
func hold(dir string, now time.Time) (release func() error, err error) {
	unlock, err := db.Hold(dir)
	if service.IsCode(err, service.FolderHeld) {
		return nil, service.E(service.FolderHeld, "app.hold", readHolder(dir).args(), err)
	}
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, holderName)
	host, _ := os.Hostname() // no name is a name as well
	note, err := json.Marshal(Holder{Host: host, PID: os.Getpid(), Since: now.UTC().Truncate(time.Second)})
	if err == nil {
		_ = os.WriteFile(path, note, 0o600) // nothing depends on the note
	}
	return func() error {
		_ = os.Remove(path)
		return unlock()
	}, nil
}

// readHolder gives the zero Holder where there is no note.
func readHolder(dir string) (h Holder) {
	raw, err := os.ReadFile(filepath.Join(dir, holderName))
	if err != nil || json.Unmarshal(raw, &h) != nil {
		return Holder{}
	}
	return h
}

func (h Holder) args() service.Args {
	if h.PID == 0 {
		return nil
	}
	return service.Args{"host": h.Host, "pid": strconv.Itoa(h.PID), "since": clock(h.Since)}
}

func (h Holder) text() service.Text {
	if h.PID == 0 {
		return service.T("工作站正在运行", "a station runs")
	}
	at := h.Host + ", " + strconv.Itoa(h.PID) + ", "
	return service.T("工作站正在运行："+h.Host+" 上的进程 "+strconv.Itoa(h.PID)+"，"+clock(h.Since)+" 打开", "a station runs: "+at+"since "+clock(h.Since))
}

// heldBy asks the operating system whether a station runs on dir. It looks by a shared lock, held for a moment: two who look do not
// disturb each other.
func heldBy(dir string) (h Holder, held bool, err error) {
	path := filepath.Join(dir, db.LockName)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return h, false, nil
	}
	lock := flock.New(path, flock.SetFlag(os.O_RDONLY))
	free, err := lock.TryRLock()
	if err != nil {
		return h, false, unwritten("heldBy", path, err)
	}
	if free {
		return h, false, lock.Unlock()
	}
	return readHolder(dir), true, nil
}

// clock writes a time as the counter reads it.
func clock(t time.Time) string { return service.Local(t).Format("2006-01-02 15:04:05") }
