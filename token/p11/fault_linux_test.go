//go:build cgo

package p11_test

import (
	"context"
	"syscall"
	"testing"

	"github.com/miekg/pkcs11"

	"certdesk/service"
)

// TestFault: a length that leads the binding out of mapped memory is TokenDamaged where Go itself reads there.
func TestFault(t *testing.T) {
	hole, err := syscall.Mmap(-1, 0, 4096, syscall.PROT_NONE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	must(t, err)
	l := &liar{}
	s := lying(t, l, nil).made(t)
	l.attr = func(a *pkcs11.Attribute) { a.Value = append([]byte(nil), hole...) }
	_, err = s.Containers(context.Background())
	wants(t, err, service.TokenDamaged)
	l.attr = nil
	_, err = s.Containers(context.Background())
	must(t, err)
}
