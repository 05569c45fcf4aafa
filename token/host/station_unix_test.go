//go:build unix

package host_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/token/host"
)

// playStation is a station with a child that hangs in a signature. A shell stands between the two, so that the system's own parent
// death signal ends the shell and not the child: what ends the child is the end of its pipe.
func playStation(dir string) int {
	program, err := os.Executable()
	if err != nil {
		return 10
	}
	cfg := host.Config{Env: env(), Environ: []string{envMode + "=serve", envDir + "=" + dir, envFault + "=hang:Sign"},
		Command: []string{"/bin/sh", "-c", `"` + program + `"; true`}}
	ctx := context.Background()
	d, err := host.Start(ctx, cfg)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 11
	}
	s, err := d.Open(ctx, serial)
	if err != nil || s.Login(ctx, []byte(userPIN)) != nil {
		return 12
	}
	_, _ = s.Sign(ctx, "box", []byte("m"))
	return 13
}

// TestStationKilled kills a station with -9 while its child is stuck in a call: the child ends by itself.
func TestStationKilled(t *testing.T) {
	d, dir := drawer(t, serial)
	program, err := os.Executable()
	must(t, err)
	station := exec.Command(program)
	station.Env = append(os.Environ(), envMode+"=station", envDir+"="+dir)
	must(t, station.Start())
	pid := hangingPID(t, dir)
	_, err = d.Open(t.Context(), serial)
	wants(t, err, service.TokenBusy)
	must(t, station.Process.Kill())
	_ = station.Wait()
	for range 1000 { // the system takes the lock away from a dead process, and only then
		fresh, err := d.Open(t.Context(), serial)
		if err == nil {
			must(t, fresh.Close())
			return
		}
		wants(t, err, service.TokenBusy)
		time.Sleep(10 * time.Millisecond)
	}
	_ = syscall.Kill(pid, syscall.SIGKILL)
	t.Fatal("the child lives on without its station")
}

// hangingPID waits until a child hangs.
func hangingPID(t *testing.T, dir string) int {
	t.Helper()
	for range 3000 {
		data, _ := os.ReadFile(filepath.Join(dir, "hanging"))
		if pid, err := strconv.Atoi(string(data)); err == nil {
			return pid
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("nothing hangs")
	return 0
}

// TestThreadEnds starts a driver on a thread that ends: the child, which asks the system to be killed with its parent, lives on. It has
// a process group of its own, which Ctrl-C at the station's terminal does not reach.
func TestThreadEnds(t *testing.T) {
	_, dir := drawer(t, serial)
	made := make(chan *host.Driver)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		d, err := host.Start(context.Background(), config(t, "serve", dir, ""))
		if err != nil {
			t.Error(err)
		}
		made <- d
	}()
	d := <-made
	defer d.Close()
	for range 20 {
		time.Sleep(10 * time.Millisecond)
		if list, err := d.List(t.Context()); err != nil || len(list) != 1 {
			t.Fatalf("%v, %v", list, err)
		}
	}
	c := d.Counts()
	if c.Deaths != 0 || c.Starts != 1 {
		t.Errorf("%+v", c)
	}
	if group, err := syscall.Getpgid(c.PID); err != nil || group != c.PID {
		t.Errorf("process %d is in group %d, %v", c.PID, group, err)
	}
}
