package flow

import (
	"time"

	"certdesk/service"
)

// Home is what the home page shows beside the transaction code.
type Home struct {
	Counts   map[service.Status]int
	Cases    int // of today
	Issued   int // pairs issued today
	Taken    service.Money
	Hours    [24]int // cases by local hour, today
	Unsent   int
	Online   bool
	Printing string // "", or the code of the oldest failed print job
}

// Detail is one case whole, for its page and for `case show`.
type Detail struct {
	Case         service.Case
	Title        service.Text
	Customer     service.Customer
	Visit        service.Visit
	Certificates []service.Certificate
	Payments     []service.Payment
	Papers       []service.Paper
	History      []Event
}

// Event is one line of a case's history.
type Event struct {
	At   time.Time
	Text service.Text
	By   string
}

// TokenView is what the token page shows.
type TokenView struct {
	Info       service.TokenInfo
	Containers []ContainerView
	Case       string // the case that last used it here, "" for none
	// History are the cases of this counter that had to do with it, newest first.
	History []service.CaseSummary
}

// ContainerView is one pair on a token.
type ContainerView struct {
	Name         string
	Held         service.Container // as the token gives it
	Certificates []CertView
}

// CertView is one certificate as shown.
type CertView struct {
	Usage    service.KeyUsage
	Serial   string
	Subject  string
	NotAfter time.Time
	DaysLeft int
	Status   service.CertStatus
	Known    bool // issued at this counter
}
