package flow

import (
	"context"
	"encoding/json"
	"strconv"

	"certdesk/service"
)

// maxDraft is the most characters kept of one unsubmitted field; what is longer is no answer to any question of the counter.
const maxDraft = 1000

// draftVersion names the field that holds the version under which the drafted prompt was shown: keeping a draft changes the case,
// and yet the answer to that prompt is no stale one.
const draftVersion = "~drafted"

func draftKey(step string) string { return "~draft." + step }

// Draft keeps what stands in an open form and was not submitted yet; a power cut loses nothing typed. Only fields of the form are
// kept, so that no secret is. Errors: StepAnswered, NotPermitted.
func (e *Engine) Draft(ctx context.Context, who service.Actor, no, step string, values map[string]string) error {
	release, err := e.hold(no)
	if err != nil {
		return err
	}
	defer release()
	return e.cfg.Store.Act(ctx, who, func(tx *service.Tx) error {
		p, err := e.locate(tx.Read, who, no)
		if err != nil {
			return err
		}
		p.facts.Now = tx.Now
		if err := p.draft(step, values); err != nil {
			return err
		}
		if err := tx.Audit.Append("case.draft", no, step); err != nil {
			return err
		}
		return tx.Cases.PutCase(p.facts.Case)
	})
}

func (p *place) draft(step string, values map[string]string) error {
	cur, open := p.current()
	if !open || p.facts.Case.Status.Closed() || cur.Name != step || cur.Ask == nil || p.halted(cur) {
		return service.E(service.StepAnswered, "flow.Draft", service.Args{"no": p.facts.Case.No}, nil)
	}
	if err := p.permitted(cur); err != nil {
		return err
	}
	prompt, err := cur.Ask(p.facts)
	if err != nil {
		return err
	}
	b, err := json.Marshal(draftable(prompt, values))
	if err != nil {
		return service.E(service.Internal, "flow.Draft", nil, err)
	}
	p.facts.Set(draftKey(step), string(b))
	if p.facts.Get(draftVersion) == "" {
		p.facts.Set(draftVersion, strconv.FormatInt(p.facts.Case.Version, 10))
	}
	return nil
}

func draftable(prompt Prompt, values map[string]string) map[string]string {
	keep := map[string]string{}
	for _, f := range prompt.Fields {
		if v, typed := values[f.Name]; typed && !f.Locked && len([]rune(v)) <= maxDraft {
			keep[f.Name] = v
		}
	}
	return keep
}

// shownAs reports whether a prompt shown at version still stands: nothing but drafts came since.
func (p *place) shownAs(version int64) bool {
	have := p.facts.Case.Version
	if version == 0 || version == have {
		return true
	}
	return p.drafted > 0 && version >= p.drafted && version < have
}
