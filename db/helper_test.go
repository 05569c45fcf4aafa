package db_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"certdesk/db"
	"certdesk/service"
)

var (
	master = bytes.Repeat([]byte{7}, db.KeySize)
	clerk  = service.Actor{ID: "s1", Name: "王芳", Role: service.RoleClerk}
	start  = time.Date(2026, 11, 21, 9, 0, 0, 123456000, time.UTC)
)

// env is a clock that goes one second a look, in another zone than UTC and finer than a microsecond.
func env() service.Env {
	var looks, ids atomic.Int64
	return service.Env{
		Now: func() time.Time {
			return start.Add(time.Duration(looks.Add(1))*time.Second + 789).In(time.FixedZone("CST", 8*3600))
		},
		NewID: func() string { return fmt.Sprintf("%032x", ids.Add(1)) },
		Rand:  rand.Reader,
	}
}

func config(dir string) db.Config { return db.Config{Dir: dir, Master: master, Env: env()} }

func openAt(t testing.TB, dir string) *db.Store {
	t.Helper()
	s, err := db.Open(context.Background(), config(dir))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func open(t testing.TB) *db.Store { return openAt(t, t.TempDir()) }

// try acts with an audit row of its own.
func try(s *db.Store, fn func(*service.Tx) error) error {
	return s.Act(context.Background(), clerk, func(tx *service.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return tx.Audit.Append("test", "subject", "")
	})
}

func act(t testing.TB, s *db.Store, fn func(*service.Tx) error) {
	t.Helper()
	if err := try(s, fn); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, s *db.Store, fn func(service.View) error) {
	t.Helper()
	if err := s.Read(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func wantCode(t testing.TB, err error, code service.Code) {
	t.Helper()
	if got := service.CodeOf(err); got != code {
		t.Fatalf("code %q, want %q (%v)", got, code, err)
	}
}

// raw opens the file as any other program would.
func raw(t testing.TB, dir string) *sql.DB {
	t.Helper()
	u := url.URL{Scheme: "file", Path: filepath.Join(dir, db.FileName)}
	pool, err := sql.Open("sqlite", u.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	return pool
}

func mustExec(t testing.TB, pool *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := pool.Exec(query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

var (
	agent  = service.Person{Name: "欧阳娜娜", IDType: "id", Number: "11010519491231002X", Mobile: "13800138000"}
	holder = service.Person{Name: "尉迟敬德", IDType: "id", Number: "440524188001010014", Mobile: "13911112222"}
	org    = service.Customer{ID: "c-org", Type: service.Organisation, Name: "深圳市测试科技有限公司", IDType: "uscc",
		Number: "91350100M000100Y43", Mobile: "13755556666", Address: "福田区一号", Created: start}
	person = service.Customer{ID: "c-per", Type: service.Individual, Name: "诸葛孔明", IDType: "id", Number: "53010219200508011X",
		Mobile: "13622223333", Address: "南阳卧龙岗", Created: start}
)

const (
	visitID = "V0430-261121-0007"
	caseNo  = "B0430-261121-0018"
)

func stamp(id string) service.Stamp { return service.Stamp{Staff: id, Name: "员" + id, At: start} }

func sampleCase() service.Case {
	return service.Case{
		No: caseNo, Visit: visitID, Kind: service.KindIssue, Status: service.Draft, Money: service.MoneyDue, Customer: org.ID,
		CustomerType: service.StaffOf, Holder: holder, Project: "tax", Product: "std", Years: 2, Line: "L1", Token: "T-77",
		Attempt: 1, Fields: map[string]string{"reason": "秘密的理由"}, Catalog: "3", Fee: 20050, Receipt: "R-0043-000217",
		Rejection: "尉迟敬德的照片不清", Approved: "ab12", By: map[service.Duty]service.Stamp{service.EnteredBy: stamp("s1")},
	}
}

// sample puts customers, a visit and a case.
func sample(t testing.TB, s *db.Store) service.Case {
	t.Helper()
	k := sampleCase()
	act(t, s, func(tx *service.Tx) error {
		for _, c := range []service.Customer{org, person} {
			if err := tx.Customers.PutCustomer(c); err != nil {
				return err
			}
		}
		v := service.Visit{ID: visitID, Customer: org.ID, Agent: agent, Opened: start, By: stamp("s1")}
		if err := tx.Cases.PutVisit(v); err != nil {
			return err
		}
		return tx.Cases.PutCase(&k)
	})
	return k
}
