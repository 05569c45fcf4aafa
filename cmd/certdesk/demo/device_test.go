package demo_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"certdesk/cmd/certdesk/app"
	"certdesk/cmd/certdesk/demo"
	"certdesk/service"
	"certdesk/token/skf/skftest"
)

// library is a maker's library over the soft UKeys of a hall, with the functions that a personalisation calls.
type library struct {
	name   string
	device app.Device
	calls  []string
}

func skfLibrary(t *testing.T, ulong int) library {
	return library{name: fmt.Sprintf("skf%d", ulong), device: app.Device{Driver: "skf", Module: skftest.Library(t, ulong), Profile: "certdesk-soft-skf"},
		calls: []string{"SKF_ConnectDev", "SKF_GetDevInfo", "SKF_CreateApplication", "SKF_OpenApplication", "SKF_VerifyPIN", "SKF_GenECCKeyPair",
			"SKF_ECCSignData", "SKF_ImportECCKeyPair", "SKF_ImportCertificate", "SKF_ExportCertificate", "SKF_ExportPublicKey", "SKF_ChangePIN", "SKF_UnblockPIN"}}
}

func pkcs11Library(t *testing.T) library {
	t.Helper()
	file := filepath.Join(t.TempDir(), "pkcs11.so")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-tags", "faulty", "-buildmode=c-shared", "-o", file, "certdesk/cmd/certdesk-pkcs11").CombinedOutput(); err != nil {
		t.Fatalf("building the PKCS #11 module (gcc is in the package gcc): %v\n%s", err, out)
	}
	return library{name: "p11", device: app.Device{Driver: "p11", Module: file, Profile: "certdesk-soft"},
		calls: []string{"C_InitToken", "C_InitPIN", "C_OpenSession", "C_Login", "C_GenerateKeyPair", "C_Sign", "C_UnwrapKey", "C_CreateObject",
			"C_FindObjects", "C_GetAttributeValue", "C_Decrypt", "C_SetPIN", "C_Logout"}}
}

// TestLibraryLoop serves customers over a maker's library. In each ten of them it once crashes, hangs, or the token is pulled, at a
// function drawn by the seed, before or after the act. SKF runs in a program without cgo. Afterwards the books are those of an undisturbed hall, every token is whole,
// and the station has not grown. CERTDESK_LOOP is the number of personalisations:
//
//	CERTDESK_LOOP=1000 go test -run 'TestLibraryLoop/skf' -timeout 2h ./cmd/certdesk/demo
func TestLibraryLoop(t *testing.T) {
	program, pure := build(t, "certdesk"), build(t, "certdesk", "CGO_ENABLED=0")
	libraries := []library{skfLibrary(t, 32), pkcs11Library(t)}
	if !testing.Short() {
		libraries = append(libraries, skfLibrary(t, 64))
	}
	for _, lib := range libraries {
		t.Run(lib.name, func(t *testing.T) {
			lib.loop(t, map[string]string{"skf": pure, "p11": program}[lib.device.Driver], number(t, "CERTDESK_LOOP", 9))
		})
	}
}

// loop serves as many customers as bring n of 1001.
func (l library) loop(t *testing.T, program string, n int) {
	customers := n * 4 / 3
	p := plan{seed: killSeed, customers: customers}
	want := finish(t, p.demo(t, program, filepath.Join(t.TempDir(), "calm")))
	dir := filepath.Join(t.TempDir(), "hall")
	drawer := skftest.At(t, filepath.Join(dir, "ukeys"))
	for _, pair := range drawer.Env() {
		name, value, _ := strings.Cut(pair, "=")
		t.Setenv(name, value)
	}
	l.device.Program = []string{program}
	l.device.Limit = func(op string) time.Duration {
		return map[bool]time.Duration{true: 20 * time.Second, false: 2 * time.Second}[op == "Start"]
	}
	h, err := demo.Open(t.Context(), app.Options{Dir: dir, Env: app.RealEnv(), Device: l.device}, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	r := rand.New(rand.NewPCG(p.seed, 11))
	faults, errs, early := map[string]int{}, map[service.Code]int{}, uint64(0)
	for served := min(10, customers); ; served = min(served+10, customers) {
		fault := []string{"crash", "hang", "pull", "crash-after", "hang-after", "pull-after"}[r.IntN(6)]
		drawer.Fault(t, fmt.Sprintf("%s:%s:%d", fault, l.calls[r.IntN(len(l.calls))], 1+r.IntN(9)))
		l.serve(t, h, served, errs)
		faults[fault]++
		if served*4 >= customers && early == 0 {
			early = heap()
		}
		if served == customers {
			break
		}
	}
	_ = os.Remove(filepath.Join(dir, "ukeys", "fault")) // armed for a call that did not come
	got := report(t, h, customers)
	late := heap()
	counts := h.App.Host.Counts()
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	books{dir: dir, centre: filepath.Join(dir, "centre.db")}.check(t, program, got, want)
	t.Logf("%d customers, %d personalisations, faults %v, errors read %v, %d helper processes, %d died; heap %d KiB after a quarter, %d KiB at the end",
		customers, got.Ledger.Tokens, faults, errs, counts.Starts, counts.Deaths, early>>10, late>>10)
	if late > early+8<<20 {
		t.Errorf("the station grew from %d to %d KiB", early>>10, late>>10)
	}
}

// serve serves the first n customers, and begins anew where a fault ended the run: more than a few times in a row is stuck.
func (l library) serve(t *testing.T, h *demo.Hall, n int, errs map[service.Code]int) {
	t.Helper()
	var err error
	for range 40 {
		auto, e := demo.NewAuto(t.Context(), h.App, demo.People(), killSeed, n)
		if err = e; err == nil {
			err = auto.Serve(t.Context())
		}
		if err == nil {
			return
		}
		code := service.CodeOf(err)
		errs[code]++
		if code == "" || code == service.Internal {
			t.Fatal(err)
		}
		time.Sleep(300 * time.Millisecond) // a library that died often is started again after a pause
	}
	t.Fatalf("after %d customers: %v", n, err)
}

func report(t *testing.T, h *demo.Hall, n int) demo.Summary {
	t.Helper()
	auto, err := demo.NewAuto(context.Background(), h.App, demo.People(), killSeed, n)
	if err != nil {
		t.Fatal(err)
	}
	s, err := auto.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
