package softkey_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/token"
	"certdesk/token/softkey"
)

// The variables that make this test binary a second process on a drawer.
const (
	childDir  = "SOFTKEY_TEST_DIR"
	childWork = "SOFTKEY_TEST_WORK"
)

// TestChild is the second process; without its variables it has nothing to do.
func TestChild(t *testing.T) {
	dir := os.Getenv(childDir)
	if dir == "" {
		return
	}
	d := open(t, dir)
	switch os.Getenv(childWork) {
	case "remove":
		must(t, d.Remove("RIG-0001"))
	case "insert":
		must(t, d.Insert("RIG-0001"))
	case "churn":
		churn(t, d)
	}
}

// churn works on the token without end, saying when it has begun.
func churn(t *testing.T, d *softkey.Driver) {
	ctx := context.Background()
	s, err := d.Open(ctx, "RIG-0001")
	must(t, err)
	fmt.Println("\nchurning")
	for i := 0; ; i++ {
		must(t, s.Login(ctx, []byte(userPIN)))
		name := fmt.Sprint("churn", i%5)
		if _, err := s.GenerateKey(ctx, name, service.AlgSM2); service.IsCode(err, service.TokenExists) {
			must(t, s.DeleteContainer(ctx, name))
		}
		must(t, s.WriteCertificate(ctx, "box", service.UsageSign, []byte(fmt.Sprint("certificate ", i))))
		must(t, s.Unblock(ctx, []byte(soPIN), []byte(userPIN)))
	}
}

func child(t *testing.T, dir, work string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	must(t, err)
	cmd := exec.Command(program, "-test.run=^TestChild$", "-test.v")
	cmd.Env = append(os.Environ(), childDir+"="+dir, childWork+"="+work)
	return cmd
}

// TestOtherProcessPlugs plugs and unplugs from a second process: the watch sees it, the session dies. An idle machine takes
// two polls at most, which is what the pause is held to; the wait itself leaves room for a busy one.
func TestOtherProcessPlugs(t *testing.T) {
	if 2*token.Poll > 300*time.Millisecond {
		t.Fatalf("a poll every %v is too slow", token.Poll)
	}
	r := newRig(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	lists := r.d.Watch(ctx)
	for i, work := range []string{"", "remove", "insert"} {
		if work != "" {
			must(t, child(t, r.dir, work).Run())
		}
		select {
		case list := <-lists:
			if want := []int{1, 0, 1}[i]; len(list) != want {
				t.Fatalf("%q: %d tokens, want %d", work, len(list), want)
			}
		case <-time.After(5 * time.Second):
			t.Fatalf("%q was not seen", work)
		}
	}
	_, err := r.s.Info(ctx)
	r.wants(err, service.TokenRemoved)
}

// TestKilledProcess kills a process in the middle of its work again and again. While it lives the token is busy; after its
// death the token opens at once, is authentic under both PINs and has lost at most the try that was counted.
func TestKilledProcess(t *testing.T) {
	r := newRig(t)
	must(t, r.s.Close())
	rounds := 12
	if testing.Short() {
		rounds = 3
	}
	ctx := context.Background()
	for range rounds {
		kill(t, r)
		s, err := r.d.Open(ctx, r.serial)
		must(t, err)
		info, err := s.Info(ctx)
		must(t, err)
		if info.User.Left < info.User.Max-1 || info.SO.Left < info.SO.Max-1 {
			t.Fatalf("tries %+v %+v", info.User, info.SO)
		}
		must(t, s.Login(ctx, []byte(userPIN)))
		if _, err := s.Sign(ctx, "box", []byte("m")); err != nil {
			t.Fatal(err)
		}
		must(t, s.ChangeSOPIN(ctx, []byte(soPIN), []byte(soPIN)))
		must(t, s.Close())
	}
}

func kill(t *testing.T, r *rig) {
	t.Helper()
	cmd := child(t, r.dir, "churn")
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() && lines.Text() != "churning" {
		continue
	}
	_, err = r.d.Open(context.Background(), r.serial)
	r.wants(err, service.TokenBusy)
	time.Sleep(time.Duration(rand.IntN(40_000)) * time.Microsecond)
	must(t, cmd.Process.Kill())
	if err := cmd.Wait(); err == nil {
		t.Fatal("the child ended by itself")
	}
}
