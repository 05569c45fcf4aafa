package audit

import (
	"bytes"
	"encoding/hex"
	"iter"
	"strconv"
	"time"

	"certdesk/service"
	"certdesk/service/sm"
)

// Reasons that AuditBroken gives.
const (
	ReasonMissing   = "missing"    // a row is not there, or stands elsewhere
	ReasonHash      = "hash"       // the row does not have the hash that it says
	ReasonPrev      = "prev"       // the row does not follow the one before it
	ReasonSignature = "signature"  // not signed by the station's key
	ReasonGenesis   = "genesis"    // row 1 does not name the station's key
	ReasonTail      = "tail"       // rows after this place were cut off
	ReasonExtra     = "extra"      // a row behind the signed head
	ReasonHead      = "head"       // the signed head does not hold
	ReasonAnchor    = "anchor"     // not what was printed or sent to the centre
	ReasonType      = "unreadable" // a column holds something of another type
)

// Anchor is a head that left the station: printed on a receipt or day close, or kept by the centre. Seq 0 where only the hash is known.
type Anchor struct {
	Seq  int64
	Hash []byte
}

// Report is what a chain that holds consists of.
type Report struct {
	Rows        int64     `json:"rows"`
	First, Last time.Time `json:"-"`
	Head        string    `json:"head"`       // hex
	Anchored    int64     `json:"anchored"`   // highest row behind an anchor; 0 where there is none
	Unanchored  int64     `json:"unanchored"` // rows after it: true as far as the station's key is
}

// Verify reads the whole chain in order and returns AuditBroken (seq, reason) naming the first bad row. An error of rows is
// returned as it is. key is the station's SubjectPublicKeyInfo.
func Verify(rows iter.Seq2[service.AuditRow, error], head Head, key []byte, anchors ...Anchor) (Report, error) {
	w := walk{key: key, prev: Start(), bySeq: map[int64][]byte{}, byHash: map[string]bool{}}
	for _, a := range anchors {
		w.expect(a)
	}
	for row, err := range rows {
		if err != nil {
			return w.report, err
		}
		if err := w.row(row); err != nil {
			return w.report, err
		}
		if row.Seq > head.Seq && CheckHead(key, head) == nil {
			return w.report, broken(row.Seq, ReasonExtra, nil)
		}
	}
	return w.finish(head)
}

type walk struct {
	key, prev []byte
	bySeq     map[int64][]byte
	byHash    map[string]bool
	report    Report
}

func (w *walk) expect(a Anchor) {
	if a.Seq > 0 {
		w.bySeq[a.Seq] = a.Hash
		return
	}
	w.byHash[string(a.Hash)] = true
}

func (w *walk) row(r service.AuditRow) error {
	seq := w.report.Rows + 1
	if r.Seq != seq {
		return broken(seq, ReasonMissing, nil)
	}
	if err := check(w.key, rowLabel, seq, link{want: Hash(r), prev: w.prev}, r.Prev, r.Hash, r.Signature); err != nil {
		return err
	}
	if seq == 1 {
		if r.Act != GenesisAct || r.Detail != GenesisDetail(w.key) {
			return broken(seq, ReasonGenesis, nil)
		}
		w.report.First = r.At
	}
	w.report.Rows, w.report.Last, w.prev = seq, r.At, r.Hash
	return w.anchor(seq, r.Hash)
}

func (w *walk) anchor(seq int64, hash []byte) error {
	if want, ok := w.bySeq[seq]; ok {
		if !bytes.Equal(want, hash) {
			return broken(seq, ReasonAnchor, nil)
		}
		delete(w.bySeq, seq)
		w.report.Anchored = seq
	}
	if w.byHash[string(hash)] {
		delete(w.byHash, string(hash))
		w.report.Anchored = seq
	}
	return nil
}

// finish compares the end of the rows with the signed head, then looks for anchors that no row answered.
func (w *walk) finish(head Head) (Report, error) {
	if err := CheckHead(w.key, head); err != nil {
		return w.report, err
	}
	switch {
	case w.report.Rows != head.Seq:
		return w.report, broken(w.report.Rows+1, ReasonTail, nil)
	case !bytes.Equal(w.prev, head.Hash):
		return w.report, broken(head.Seq, ReasonHead, nil)
	case len(w.bySeq)+len(w.byHash) > 0:
		return w.report, broken(w.report.Rows+1, ReasonAnchor, nil)
	}
	w.report.Head = hex.EncodeToString(w.prev)
	w.report.Unanchored = w.report.Rows - w.report.Anchored
	return w.report, nil
}

// link is what a row must be: the hash that its content has, and the hash that it must follow.
type link struct {
	want [32]byte
	prev []byte
}

func check(key []byte, label string, seq int64, l link, prev, hash, signature []byte) error {
	switch {
	case !bytes.Equal(hash, l.want[:]):
		return broken(seq, ReasonHash, nil)
	case !bytes.Equal(prev, l.prev):
		return broken(seq, ReasonPrev, nil)
	}
	if err := sm.Verify(key, message(label, hash), signature); err != nil {
		return broken(seq, ReasonSignature, err)
	}
	return nil
}

// Unreadable is the AuditBroken of a row that cannot be read as one.
func Unreadable(seq int64, cause error) error { return broken(seq, ReasonType, cause) }

func broken(seq int64, reason string, cause error) *service.Error {
	args := service.Args{"seq": strconv.FormatInt(seq, 10), "reason": reason}
	return service.E(service.AuditBroken, "audit.Verify", args, cause)
}
