//go:build cgo && unix

package main_test

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// faulty runs pkcs11-tool on the module of the tests, with a fault.
func (d *desk) faulty(t testing.TB, fault string, args ...string) (string, error) {
	t.Helper()
	d.module = library(t, "faulty")
	t.Setenv("CERTDESK_FAULT", fault)
	return d.try(t, args...)
}

// TestFaults: the double crashes, fails, lies and pulls where it is told to.
func TestFaults(t *testing.T) {
	d := made(t)
	_, err := d.faulty(t, "crash:C_GetSlotInfo", "-L")
	if exit := (&exec.ExitError{}); !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGSEGV {
		t.Errorf("crash: %v", err)
	}
	out, _ := d.faulty(t, "lie:C_GetTokenInfo", "-L")
	contains(t, out, "FFFFFFFFFFFFFFFF")
	start := time.Now()
	out, _ = d.faulty(t, "slow:C_GetSlotInfo", "-L")
	contains(t, out, "00112233AABBCCDD")
	if time.Since(start) < 300*time.Millisecond {
		t.Error("slow was not slow")
	}
	out, _ = d.faulty(t, "fail:C_Initialize:1", "-L")
	contains(t, out, "CKR_DEVICE_ERROR")
	out, _ = d.faulty(t, "fail:C_Initialize:2", "-L")
	contains(t, out, "00112233AABBCCDD")
	out, _ = d.faulty(t, "pull:C_GetTokenInfo", "-L")
	if strings.Contains(out, "serial num") {
		t.Errorf("not pulled:\n%s", out)
	}
}

// TestFaultFile: what the control file holds strikes once.
func TestFaultFile(t *testing.T) {
	d := newDesk(t, "UKEY0001")
	control := file(t, "faults", []byte("fail:C_GetSlotInfo"))
	t.Setenv("CERTDESK_FAULT_FILE", control)
	out, _ := d.faulty(t, "", "-L")
	if _, err := os.Stat(control); err == nil || strings.Contains(out, "UKEY0001") {
		t.Errorf("the fault did not strike:\n%s", out)
	}
	out, _ = d.faulty(t, "", "-L")
	contains(t, out, "UKEY0001")
}

// TestHang: a hanging call keeps its caller until he is killed.
func TestHang(t *testing.T) {
	d := newDesk(t, "UKEY0001")
	cmd := exec.Command(tool(t, "pkcs11-tool", "opensc"), "--module", library(t, "faulty"), "-L")
	cmd.Env = append(d.environment(), "CERTDESK_FAULT=hang:C_GetSlotList")
	must(t, cmd.Start())
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case err := <-done:
		t.Fatalf("it ended: %v", err)
	case <-time.After(2 * time.Second):
	}
	must(t, cmd.Process.Kill())
	<-done
}

// TestShippedHasNoFaults: the module for users does not know the variable.
func TestShippedHasNoFaults(t *testing.T) {
	d := newDesk(t, "UKEY0001")
	t.Setenv("CERTDESK_FAULT", "crash:*")
	contains(t, d.run(t, "-L"), "UKEY0001")
	code, err := os.ReadFile(d.module)
	must(t, err)
	if strings.Contains(string(code), "CERTDESK_FAULT") {
		t.Error("the variable stands in the module")
	}
}
