package ca

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"certdesk/service"
	"certdesk/service/sm"
)

const (
	clockSlack = 5 * time.Minute // certificates begin this much earlier, for clocks that are slow
	china      = 8 * 60 * 60     // seconds east of UTC; China has one time
)

// IssueRequest asks for a dual pair, or for the single certificate of a profile of another family. The front has checked that the station's RA key signed the request and that the token's
// key signed for itself.
type IssueRequest struct {
	Key            [32]byte // idempotency key
	Transaction    []byte   // of the CMP exchange; another one at every try
	TemplateDigest [32]byte // of the request as the front read it
	Profile        string
	Subject        service.SubjectFields
	PublicKey      []byte // SubjectPublicKeyInfo of the signing key
	Days           int
}

// pairBody is the sealed part of a pair. Escrow is the encryption key, enveloped to the KMC's key-wrapping key.
type pairBody struct {
	Profile  string                `json:"profile"`
	Subject  service.SubjectFields `json:"subject"`
	Sign     []byte                `json:"sign"`
	Encrypt  []byte                `json:"encrypt"`
	Envelope []byte                `json:"envelope"`
	Escrow   []byte                `json:"escrow"`
}

// Issue makes a pair, or gives the stored one where Key was served before. CAConflict where Key belongs to another request or
// station; CARefused (reason, field) for what the profile does not allow; StationUnknown.
//
// Validity: from five minutes ago to 23:59:59 Chinese time of the day Days days from now, so that the last day counts whole
// and no certificate dies during office hours; never beyond the issuing CA, and capped by the profile.
func (s *Service) Issue(ctx context.Context, station string, req IssueRequest) (service.CertReply, error) {
	return s.issueUnder(ctx, Exchange{s: s, station: station}, req)
}

func (s *Service) issueUnder(ctx context.Context, x Exchange, req IssueRequest) (service.CertReply, error) {
	pair, p, err := s.stored(ctx, x, req)
	if err == nil && pair == nil {
		pair, p, err = s.issue(ctx, p, x, req)
	} else if err == nil {
		err = x.Note(ctx)
	}
	if err != nil {
		return service.CertReply{}, err
	}
	return s.reply(p, *pair, req)
}

// stored looks for the pair of an earlier try.
func (s *Service) stored(ctx context.Context, x Exchange, req IssueRequest) (pair *Pair, p public, err error) {
	err = s.store.Read(ctx, func(tx Tx) error {
		if p, err = s.public(tx); err != nil {
			return err
		}
		if _, err := s.inService(tx, "Issue", x.station); err != nil {
			return err
		}
		if err := x.fresh(tx); err != nil {
			return err
		}
		pair, err = s.same(tx, x.station, req)
		return err
	})
	return pair, p, err
}

// same is the pair under the request's key, nil where there is none.
func (s *Service) same(tx Tx, station string, req IssueRequest) (*Pair, error) {
	gone, err := isWithdrawn(tx, station, hex.EncodeToString(req.Key[:]))
	if err == nil && gone {
		err = refused("Issue", "withdrawn", "")
	}
	if err != nil {
		return nil, err
	}
	found, err := tx.Pairs.Find(PairQuery{Key: hex.EncodeToString(req.Key[:])})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	d, err := req.digest()
	if err != nil {
		return nil, err
	}
	if found[0].Station != station || found[0].Digest != d {
		return nil, service.E(service.CAConflict, "ca.Issue", nil, nil)
	}
	return &found[0], nil
}

// digest covers the front's digest and everything issuing depends on, so that a careless front cannot mix two requests up.
func (r IssueRequest) digest() (string, error) {
	subject, err := json.Marshal(r.Subject)
	if err != nil {
		return "", internal("Issue", err)
	}
	sum := digest("certdesk issue", r.TemplateDigest[:], []byte(r.Profile), subject, r.PublicKey, number(int64(r.Days)))
	return hex.EncodeToString(sum[:]), nil
}

// issue makes the certificates outside the transaction and stores them in it. Of two tries at once the first to commit counts,
// and the other gets its pair: what the loser made has been seen by nobody. The profile's hierarchy is founded where there is none.
func (s *Service) issue(ctx context.Context, p public, x Exchange, req IssueRequest) (*Pair, public, error) {
	profile, err := s.admissible(req)
	if err != nil {
		return nil, p, err
	}
	if p, err = s.with(ctx, p, profile.family); err != nil {
		return nil, p, err
	}
	made, err := s.make(ctx, p, profile, x.station, req)
	if err != nil {
		return nil, p, err
	}
	var kept *Pair
	err = s.store.Act(ctx, func(tx Tx) (err error) {
		if err = x.note(tx); err == nil {
			kept, err = s.keep(tx, x.station, req, made)
		}
		return err
	})
	return kept, p, err
}

// keep stores a pair, unless another try was faster: then that one's counts.
func (s *Service) keep(tx Tx, station string, req IssueRequest, made *Pair) (*Pair, error) {
	if _, err := s.inService(tx, "Issue", station); err != nil {
		return nil, err
	}
	earlier, err := s.same(tx, station, req)
	if err != nil || earlier != nil {
		return earlier, err
	}
	if err := s.ownKey(tx, made.PublicKey, req.Subject); err != nil {
		return nil, err
	}
	if err := tx.Pairs.Add(*made); err != nil {
		return nil, err
	}
	return made, s.log(tx, station, "issue", made.SignSerial, strings.TrimSpace(req.Profile+" "+made.EncryptSerial))
}

// admissible applies what can be judged without the store. The profile caps the days.
func (s *Service) admissible(req IssueRequest) (Profile, error) {
	profile, ok := s.profiles[req.Profile]
	if !ok {
		return Profile{}, refused("Issue", "profile", "")
	}
	if req.Days < 1 {
		return Profile{}, refused("Issue", "days", "")
	}
	if err := profile.takes(req.PublicKey); err != nil {
		return Profile{}, service.E(service.CARefused, "ca.Issue", service.Args{"reason": "public-key"}, err)
	}
	return profile, profile.checkSubject(req.Subject)
}

// takes checks that the key is sound and of an algorithm that the profile certifies.
func (p Profile) takes(spki []byte) error {
	alg, err := sm.KeyAlgorithm(spki)
	switch {
	case err != nil:
		return err
	case !slices.Contains(p.Keys, alg):
		return service.E(service.CryptoBad, "ca.Issue", service.Args{"what": "public key"}, errors.New(string(alg)))
	case alg == service.AlgSM2:
		return checkKey(spki)
	}
	return nil
}

// ownKey refuses a signing key that is certified for somebody else already. The same holder may use his key again (续期).
func (s *Service) ownKey(tx Tx, publicKey string, f service.SubjectFields) error {
	pairs, err := tx.Pairs.Find(PairQuery{PublicKey: publicKey})
	if err != nil {
		return err
	}
	for _, pair := range pairs {
		body, err := s.body(pair)
		if err != nil {
			return err
		}
		if body.Subject != f {
			return refused("Issue", "key-taken", "")
		}
	}
	return nil
}

func (s *Service) body(pair Pair) (b pairBody, err error) {
	return b, s.openRecord(pair.Body, &b, "pair", pair.Key, "body")
}

func (s *Service) reply(p public, pair Pair, req IssueRequest) (service.CertReply, error) {
	b, err := s.body(pair)
	if err != nil {
		return service.CertReply{}, err
	}
	reply := service.CertReply{Sign: b.Sign, Encrypt: b.Encrypt, Envelope: b.Envelope,
		Chain: [][]byte{p.Issuing, p.Root}, Transaction: req.Transaction}
	if h, other := p.Others[pair.Family]; other {
		reply.Chain = [][]byte{h.Issuing, h.Root}
	}
	return reply, nil
}

// until is the last second of the day that lies days days ahead, Chinese time.
func until(now time.Time, days int) time.Time {
	d := now.In(time.FixedZone("CST", china)).AddDate(0, 0, days)
	return time.Date(d.Year(), d.Month(), d.Day(), 23, 59, 59, 0, d.Location()).UTC()
}

// checkKey accepts an SM2 key nobody can guess: on the curve, and not the generator or its inverse (private key 1 or n−1). It must be
// written as we would write it: of two encodings of one key the second would pass for a key that nobody has used yet.
func checkKey(spki []byte) error {
	if err := sm.CheckPublicKey(spki); err != nil {
		return err
	}
	point, err := sm.Point(spki)
	if err != nil {
		return err
	}
	again, err := sm.FromPoint(point)
	if err != nil {
		return err
	}
	if hex.EncodeToString(point[1:33]) == generatorX || !bytes.Equal(again, spki) {
		return service.E(service.CryptoBad, "ca.checkKey", service.Args{"what": "public key"}, nil)
	}
	return nil
}

// generatorX is xG of GB/T 32918.5.
const generatorX = "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7"
