package steps

import (
	"context"
	"slices"
	"strconv"

	"certdesk/service"
	"certdesk/service/flow"
)

// soTry is the generation that a supervisor decided to try next, soDead that he gives the token up.
const (
	soTry  = "so.try"
	soDead = "so.dead"
)

func stopped(f *flow.Facts, step string, codes ...service.Code) bool {
	return slices.Contains(codes, f.Stopped[step])
}

// DecideSO stands in front of the step "pin": where it is not known which generation a token obeys, or tries run out, a supervisor
// decides on each try, or that the token is dead. It never counts as done, so that it comes up as often as that happens.
func DecideSO() flow.Step {
	return flow.Step{
		Name: "so-decide", Stage: service.StageMake, Title: service.T("主管决定管理 PIN", "The supervisor decides on the SO PIN"),
		Permission: service.MayOverride,
		When: func(f *flow.Facts) bool {
			return stopped(f, "pin", service.MustDecide, service.SOPINWrong) && f.Get(soTry) == ""
		},
		Ask: func(f *flow.Facts) (flow.Prompt, error) {
			return decidePrompt(f, f.Out[soNext], flow.Choice{Value: "dead", Label: service.T("不再试，介质报废", "No more tries: the token is dead")}), nil
		},
		Take: takeDecideSO,
	}
}

func takeDecideSO(tx *service.Tx, f *flow.Facts, a flow.Answer) (flow.Result, error) {
	v, err := Accept(tx, f, decideFields(f, f.Out[soNext], flow.Choice{Value: "dead"}), a)
	if err != nil {
		return flow.Again, err
	}
	if v["act"] == "dead" {
		f.Set(soDead, "1")
	} else {
		f.Set(soTry, v["generation"])
	}
	return flow.Again, tx.Audit.Append("sopin.decide", f.Case.No, v["act"]+" "+v["generation"])
}

// SpendTry takes a supervisor's decision for the try that begins now: each decision is good for one. It is called by the Take of
// the step "pin".
func SpendTry(f *flow.Facts) {
	f.Set(soOnce, f.Get(soTry))
	f.Set(soTry, "")
}

func decidePrompt(f *flow.Facts, newest string, other flow.Choice) flow.Prompt {
	return flow.Prompt{
		Type: flow.PromptForm, Fields: decideFields(f, newest, other), Primary: service.T("按此办理", "Do that"),
		Facts: present([]flow.Fact{
			fact("介质", "Token", f.Case.Token), fact("登记的代次", "Generation on record", f.Out[soForce]), fact("更换中的代次", "Change begun to", newest),
		}),
		Warning: service.T("试错一次少一次，试完介质作废。中心的凭据记录里有最近发出的代次。",
			"Each wrong try is one less; with none left the token is dead. The centre's ticket log knows the newest generation given out."),
	}
}

func decideFields(f *flow.Facts, newest string, other flow.Choice) []flow.Field {
	value := newest
	if value == "" {
		value = f.Out[soForce]
	}
	if value == "" {
		value = strconv.Itoa(factory)
	}
	return []flow.Field{
		{Name: "act", Label: service.T("决定", "Decision"), Type: flow.FieldChoice, Required: true, Value: "try",
			Choices: numbered([]flow.Choice{{Value: "try", Label: service.T("再试一次", "Try once")}, other})},
		{Name: "generation", Label: service.T("第几代", "Generation"), Type: flow.FieldDigits, Required: true, Max: 4, Value: value, Check: checkGeneration,
			Hint: service.T("0 为出厂管理 PIN", "0: the factory's")},
	}
}

func checkGeneration(v string) (string, error) {
	g, ok := generation(v)
	if !ok {
		return "", service.E(service.InputInvalid, "steps.checkGeneration", service.Args{"reason": "number"}, nil)
	}
	return strconv.Itoa(g), nil
}

// DecideChange stands in front of ChangeSO: where nobody may find out by himself whether the SO PIN was changed, a supervisor has one
// generation tried or leaves the change open. The customer's token works either way.
func DecideChange() flow.Step {
	leave := flow.Choice{Value: "leave", Label: service.T("先交付，下次查明", "Hand over; find out next time")}
	return flow.Step{
		Name: "so-leave", Stage: service.StageHandover, Title: service.T("主管决定管理 PIN", "The supervisor decides on the SO PIN"),
		Permission: service.MayOverride, KeepIn: true,
		When: func(f *flow.Facts) bool {
			return stopped(f, "so-change", service.MustDecide, service.SOPINWrong, service.SOPINLocked)
		},
		Ask: func(f *flow.Facts) (flow.Prompt, error) { return decidePrompt(f, f.Out[soTo], leave), nil },
		Take: func(tx *service.Tx, f *flow.Facts, a flow.Answer) (flow.Result, error) {
			v, err := Accept(tx, f, decideFields(f, f.Out[soTo], leave), a)
			if err != nil {
				return flow.Next, err
			}
			f.Set(soLeft, map[bool]string{true: "1"}[v["act"] == "leave"])
			f.Set(soOnce, v["generation"])
			return flow.Next, tx.Audit.Append("sopin.decide", f.Case.No, v["act"]+" "+v["generation"])
		},
		Do: tryChange,
	}
}

// tryChange tries the one generation that the supervisor decided on.
func tryChange(ctx context.Context, j *flow.Job) error {
	if j.Get(soLeft) != "" {
		return nil
	}
	st, err := standingOf(ctx, j)
	if err != nil || st.next == 0 {
		return err
	}
	g, ok := generation(j.Get(soOnce))
	if !ok {
		return service.E(service.StoreCorrupt, "steps.tryChange", nil, nil)
	}
	s, err := j.Token(ctx)
	if err != nil {
		return err
	}
	return setSO(ctx, j, s, st, use{step: "so-leave", order: []int{g}, force: true})
}
