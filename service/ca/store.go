package ca

import (
	"context"
	"time"

	"certdesk/service"
)

// Store keeps what the centre knows. Lookups of one thing give NotFound where it is missing.
type Store interface {
	// Read gives one consistent view; writing in it is refused (StoreReadOnly).
	Read(ctx context.Context, fn func(Tx) error) error
	// Act runs one act in one transaction that no other act overlaps: all of it is committed or none.
	Act(ctx context.Context, fn func(Tx) error) error
}

// Tx is what an act reads and writes through.
type Tx struct {
	Settings SettingTx
	Stations StationTx
	Pairs    PairTx
	Revoked  RevokedTx
	Staff    StaffTx
	Events   EventTx
	Ranges   RangeTx
	Log      LogTx
	Messages MessageTx
}

// SettingTx keeps named values; they are sealed by the service.
type SettingTx interface {
	Get(name string) ([]byte, error)
	Set(name string, value []byte) error
}

// StationTx keeps stations.
type StationTx interface {
	Station(id string) (Station, error)
	ByTLS(hash string) (Station, error) // Station.TLSHash
	All() ([]Station, error)            // by id
	Put(s Station) error
}

// PairTx keeps issued pairs.
type PairTx interface {
	Find(q PairQuery) ([]Pair, error) // by time of issue
	Add(p Pair) error                 // CAConflict where the key or a serial number is there already
	Update(p Pair) error              // only Status, Confirmed, Revoked and Reason may change
}

// RevokedTx keeps what stands on the CRLs.
type RevokedTx interface {
	Put(r Revocation) error
	Remove(serial string) error
	Of(f service.Family) ([]Revocation, error) // by time, then serial
}

// StaffTx keeps people.
type StaffTx interface {
	All() ([]SealedStaff, error) // by id
	Put(p SealedStaff) error
}

// EventTx keeps the stations' events, append only.
type EventTx interface {
	// Head is the last event of the highest epoch; NotFound before the first.
	Head(station string) (StoredEvent, error)
	At(station string, epoch int, seq int64) (StoredEvent, error)
	Append(e StoredEvent) error
}

// RangeTx keeps receipt ranges, append only.
type RangeTx interface {
	Of(station string) ([]ReceiptRange, error) // by From
	Add(station string, r ReceiptRange) error
}

// LogTx keeps the centre's log, append only.
type LogTx interface {
	Head() (LogEntry, error) // NotFound before the first
	Append(e LogEntry) error
}

// MessageTx keeps the names of the signed messages served lately.
type MessageTx interface {
	Of(station string, transaction []byte) (nonces [][]byte, err error)
	Add(station string, m Message) error // CAConflict where it is there already
	Prune(before time.Time) error        // forgets what was sent earlier
}

// Station is a station as the centre knows it. No secret stands in it: of the join secret only a digest.
type Station struct {
	ID      string    `json:"id"`
	Hall    string    `json:"hall"`
	Window  string    `json:"window"`
	Added   time.Time `json:"added"`
	Invite  Invite    `json:"invite"`
	Joined  time.Time `json:"joined"`
	Revoked time.Time `json:"revoked"`
	TLSHash string    `json:"tlsHash"` // hex SM3 of the TLS certificate while it is good; "" otherwise
	TLS     []byte    `json:"tls"`
	RA      []byte    `json:"ra"`
	Events  []byte    `json:"events"`
	Bundle  []byte    `json:"bundle"`
}

// Invite is an open or consumed join code.
type Invite struct {
	Secret  string    `json:"secret"` // hex SM3 of the secret
	Expires time.Time `json:"expires"`
	Request string    `json:"request"` // hex SM3 of the keys that consumed it; "" while open
}

// PairStatus is where a pair stands.
type PairStatus string

// Pair statuses.
const (
	PairIssued    PairStatus = "issued"    // nobody has confirmed it yet
	PairConfirmed PairStatus = "confirmed" // the station holds it
	PairHold      PairStatus = "hold"      // certificateHold; may come back
	PairRevoked   PairStatus = "revoked"   // for good
)

// Pair is a signing and an encryption certificate that live and die together, or the single certificate that another family than
// SM2 issues in their place: then EncryptSerial and EncryptHash are "". Hashes and serials are upper- or lower-case hex as sm writes
// them; Body is sealed.
type Pair struct {
	Key           string // idempotency key
	Family        service.Family
	Station       string
	Digest        string // of the whole request
	PublicKey     string // SM3 of the signing key's SubjectPublicKeyInfo
	SignSerial    string
	EncryptSerial string
	SignHash      string // of the certificate, as certConf names it: SM3, SHA-256 where it is not SM2
	EncryptHash   string
	Status        PairStatus
	Issued        time.Time
	Confirmed     time.Time // zero: never
	Revoked       time.Time // zero: not on the CRL
	Reason        int       // RFC 5280, 5.3.1
	Body          []byte
}

// serials lists the serial numbers of its certificates.
func (p Pair) serials() []string {
	if p.EncryptSerial == "" {
		return []string{p.SignSerial}
	}
	return []string{p.SignSerial, p.EncryptSerial}
}

// PairQuery selects pairs; exactly one field is set.
type PairQuery struct {
	Key               string
	Serial            string // of either certificate
	Hash              string // of either certificate
	PublicKey         string
	UnconfirmedBefore time.Time // status issued, and issued before
}

// Revocation is one entry of the family's CRL to be.
type Revocation struct {
	Family service.Family
	Serial string
	At     time.Time
	Reason int
}

// SealedStaff is a person of the counter; LoginKey is unique and searchable, Body is sealed.
type SealedStaff struct {
	ID       string
	LoginKey string
	Body     []byte
}

// StoredEvent is an event of a station; its Body is sealed.
type StoredEvent struct {
	Station string
	Event   service.Event
	Stored  time.Time
}

// ReceiptRange is a run of receipt numbers that one station alone uses: Prefix followed by six digits, From to To inclusive.
type ReceiptRange struct {
	Prefix string `json:"prefix"`
	From   int64  `json:"from"`
	To     int64  `json:"to"`
}

// LogEntry is one act of the centre, chained by SM3. Detail names no person and no secret.
type LogEntry struct {
	Seq     int64
	At      time.Time
	Station string // "" for the centre itself
	Act     string
	Subject string
	Detail  string
	Prev    []byte
	Hash    []byte
}
