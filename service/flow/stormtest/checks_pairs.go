package stormtest

import (
	"context"
	"fmt"
)

// pair is a pair as the centre's books have it.
type pair struct{ sign, encrypt, status string }

func (s *Scene) pairs() ([]pair, error) {
	found, err := s.Centre.Query("SELECT sign_serial, encrypt_serial, status FROM pair")
	if err != nil {
		return nil, err
	}
	defer found.Close()
	var out []pair
	for found.Next() {
		var p pair
		if err := found.Scan(&p.sign, &p.encrypt, &p.status); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, found.Err()
}

// held is a certificate as the station's books have it.
type held struct{ status, token, caseNo, line string }

func (s *Scene) held() (map[string]held, error) {
	found, err := s.Station.Query("SELECT serial, status, token, case_no, line FROM certificates")
	if err != nil {
		return nil, err
	}
	defer found.Close()
	out := map[string]held{}
	for found.Next() {
		var serial string
		var h held
		if err := found.Scan(&serial, &h.status, &h.token, &h.caseNo, &h.line); err != nil {
			return nil, err
		}
		out[serial] = h
	}
	return out, found.Err()
}

// pairs: what the centre made is on a token, revoked, or in a case that is still open.
func pairs() []Check {
	return []Check{
		{Name: "every pair has its case", Mid: true, Find: pairsMid},
		{Name: "every pair is on a token or revoked", Find: pairsEnd},
		{Name: "what is valid here is confirmed there", Find: validHere},
		{Name: "a line has one valid pair at the centre", Mid: true, Find: oneThere},
	}
}

// pairsMid: an unrevoked pair that the station does not know belongs to an open case that has asked and had no answer.
func pairsMid(_ context.Context, s *Scene) ([]string, error) {
	all, err := s.pairs()
	if err != nil {
		return nil, err
	}
	here, err := s.held()
	if err != nil {
		return nil, err
	}
	unknown := 0
	for _, p := range all {
		if _, known := here[p.sign]; !known && p.status != "revoked" {
			unknown++
		}
	}
	asked, err := s.number(s.Station, `SELECT count(*) FROM cases c JOIN journal j ON j.case_no = c.no WHERE c.status NOT IN ('completed', 'cancelled')
		AND j.step = 'issue' AND j.state = 'started' AND j.seq = (SELECT max(seq) FROM journal k WHERE k.case_no = c.no AND k.step = 'issue')`)
	if err == nil && unknown > asked+s.World.wire.waiting() {
		return []string{fmt.Sprintf("%d pairs unknown here, %d cases have asked", unknown, asked)}, nil
	}
	return nil, err
}

func pairsEnd(_ context.Context, s *Scene) ([]string, error) {
	all, err := s.pairs()
	if err != nil {
		return nil, err
	}
	here, err := s.held()
	var found []string
	for _, p := range all {
		for _, serial := range []string{p.sign, p.encrypt} {
			h, known := here[serial]
			switch {
			case p.status == "revoked" && known && h.status != "revoked":
				found = append(found, serial+" is revoked there and "+h.status+" here")
			case p.status != "revoked" && (!known || h.status != "valid" || h.token == ""):
				found = append(found, fmt.Sprintf("%s is %s there and here %+v", serial, p.status, h))
			}
		}
	}
	return found, err
}

func validHere(_ context.Context, s *Scene) ([]string, error) {
	here, err := s.held()
	if err != nil {
		return nil, err
	}
	all, err := s.pairs()
	there := map[string]string{}
	for _, p := range all {
		there[p.sign], there[p.encrypt] = p.status, p.status
	}
	var found []string
	for serial, h := range here {
		if h.status == "valid" && there[serial] != "confirmed" {
			found = append(found, serial+" is "+there[serial]+" there")
		}
	}
	return found, err
}

func oneThere(_ context.Context, s *Scene) ([]string, error) {
	here, err := s.held()
	if err != nil {
		return nil, err
	}
	all, err := s.pairs()
	valid := map[string]int{}
	for _, p := range all {
		if h, known := here[p.sign]; known && p.status != "revoked" {
			valid[h.line]++
		}
	}
	var found []string
	for line, n := range valid {
		if n > 1 {
			found = append(found, fmt.Sprintf("line %s has %d", line, n))
		}
	}
	return found, err
}
