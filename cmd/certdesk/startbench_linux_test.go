package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"certdesk/cmd/certdesk/app"
	"certdesk/db"
	"certdesk/db/cadb"
	"certdesk/db/manycases"
	"certdesk/service"
	"certdesk/service/ca"
	"certdesk/service/ca/server"
	"certdesk/service/central"
)

// BenchmarkStart measures from the start of the built program to the last byte of its first sign-in frame, in a terminal of 120×40 and with
// 100,000 cases in the store; and in the same run what no program starts faster than, a bare one that opens the store. The line is
// gone, or the centre is there, or centre and station are one demo.
func BenchmarkStart(b *testing.B) {
	programs := b.TempDir()
	for _, pkg := range []string{"certdesk/cmd/certdesk", "certdesk/cmd/certdesk/testdata/floor"} {
		if out, err := exec.Command("go", "build", "-o", programs, pkg).CombinedOutput(); err != nil {
			b.Fatalf("go build: %v\n%s", err, out)
		}
	}
	dir := filepath.Join(b.TempDir(), "hall")
	program, floor := filepath.Join(programs, "certdesk"), filepath.Join(programs, "floor")
	if out, err := exec.Command(program, "demo", "--auto", "6", "--data", dir).CombinedOutput(); err != nil {
		b.Fatalf("demo: %v\n%s", err, out)
	}
	address := aged(b, dir)
	run := func(b *testing.B, args ...string) {
		var ours, bare []float64
		for b.Loop() {
			bare = append(bare, started(b, "tables", floor, filepath.Join(dir, db.FileName)))
			ours = append(ours, started(b, "口令", program, append(args, "--data", dir)...))
		}
		b.ReportMetric(median(ours), "start-ms")
		b.ReportMetric(median(bare), "floor-ms")
		b.ReportMetric(0, "ns/op")
	}
	b.Run("demo", func(b *testing.B) { run(b, "demo") })
	counter(b, dir)
	b.Run("offline", func(b *testing.B) { run(b) })
	b.Run("online", func(b *testing.B) {
		serve(b, dir, address)
		run(b)
	})
}

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}

// aged adds 100,000 cases to the demo's station and gives the address at which it looks for its centre.
func aged(b *testing.B, dir string) string {
	b.Helper()
	store, key := storeOf(b, dir)
	defer store.Close()
	err := manycases.Fill(b.Context(), manycases.Spec{Store: store, Dir: dir, Master: key, Rand: rand.Reader, Now: time.Now(), Cases: 100_000})
	if err != nil {
		b.Fatal(err)
	}
	var id central.Identity
	err = store.Read(b.Context(), func(v service.View) error {
		raw, err := v.Settings.Get("station/identity")
		if err != nil {
			return err
		}
		return json.Unmarshal(raw, &id)
	})
	if err != nil {
		b.Fatal(err)
	}
	return id.Address
}

func storeOf(b *testing.B, dir string) (*db.Store, []byte) {
	b.Helper()
	key, err := db.LoadOrCreateKey(dir+".key", rand.Reader, false)
	if err != nil {
		b.Fatal(err)
	}
	store, err := db.Open(b.Context(), db.Config{Dir: dir, Master: key, Env: app.RealEnv()})
	if err != nil {
		b.Fatal(err)
	}
	return store, key
}

// counter makes the demo hall's store that of a counter, which opens by itself.
func counter(b *testing.B, dir string) {
	b.Helper()
	store, _ := storeOf(b, dir)
	defer store.Close()
	err := store.Act(b.Context(), service.StationActor(), func(tx *service.Tx) error {
		if err := tx.Settings.Delete("station/demo"); err != nil {
			return err
		}
		return tx.Audit.Append("test", "counter", "")
	})
	if err != nil {
		b.Fatal(err)
	}
}

// serve runs the demo's centre where the station looks for it.
func serve(b *testing.B, dir, address string) {
	b.Helper()
	key, err := db.LoadOrCreateKey(dir+".centre.key", rand.Reader, false)
	if err != nil {
		b.Fatal(err)
	}
	store, err := cadb.Open(b.Context(), filepath.Join(dir, "centre.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = store.Close() })
	svc, err := ca.New(store, app.RealEnv(), key)
	if err != nil {
		b.Fatal(err)
	}
	running, err := server.Listen(context.Background(), svc, address, server.New(svc, app.RealEnv(), slog.New(slog.DiscardHandler)))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = running.Close() })
}

// started runs a program on a terminal of its own and gives the milliseconds until want stands in what it wrote, with the frame it is in.
func started(b *testing.B, want, program string, args ...string) float64 {
	b.Helper()
	master, slave := pseudoTerminal(b)
	defer master.Close()
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "LANG=C.UTF-8")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	_ = slave.Close()
	shown, took := whole(master, want, start)
	_ = cmd.Process.Signal(syscall.SIGTERM)
	_ = master.SetReadDeadline(time.Time{})
	go func() { _, _ = io.Copy(io.Discard, master) }() // or its farewell would fill the terminal and hold it
	_ = cmd.Wait()                                     // by the signal or of its own accord
	if took == 0 {
		b.Fatalf("%s never showed %q:\n%s", strings.Join(args, " "), want, shown)
	}
	return took.Seconds() * 1000
}

// whole reads until the text is there and nothing more of the frame comes: a frame is written at once.
func whole(master *os.File, want string, start time.Time) (shown []byte, took time.Duration) {
	buf := make([]byte, 64<<10)
	_ = master.SetReadDeadline(start.Add(20 * time.Second))
	for {
		n, err := master.Read(buf)
		shown = append(shown, buf[:n]...)
		if bytes.Contains(shown, []byte(want)) && n > 0 {
			took = time.Since(start)
			_ = master.SetReadDeadline(time.Now().Add(30 * time.Millisecond))
		}
		if err != nil {
			return shown, took
		}
	}
}

// pseudoTerminal opens a pseudo terminal of 120×40.
func pseudoTerminal(b *testing.B) (master, slave *os.File) {
	b.Helper()
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		b.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 40, Col: 120})
	}
	if err != nil {
		b.Fatal(err)
	}
	slave, err = os.OpenFile("/dev/pts/"+strconv.Itoa(n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		b.Fatal(err)
	}
	return os.NewFile(uintptr(fd), "ptmx"), slave
}
