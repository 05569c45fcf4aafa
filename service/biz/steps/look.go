package steps

import (
	"context"
	"strconv"
	"strings"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/service/idcheck"
	"certdesk/service/sm"
)

// Look reads the token that a customer brought, and finds the customer by the certificate on it.
// Errors: TokenBlank where nothing is on it.
func Look() flow.Step {
	return flow.Step{
		Name: "look", Stage: service.StageIdentity, Title: service.T("读取介质", "Read the token"),
		Do: look, Commit: recognise,
	}
}

func look(ctx context.Context, j *flow.Job) error {
	s, err := j.Token(ctx)
	if err != nil {
		return err
	}
	info, err := s.Info(ctx)
	if err != nil {
		return err
	}
	held, err := s.Containers(ctx)
	if err != nil {
		return err
	}
	keepRule(j, info.PINRule)
	j.Put("pin.left", strconv.Itoa(info.User.Left))
	name, cert := newest(held)
	if cert == nil {
		return service.E(service.TokenBlank, "steps.look", service.Args{"serial": info.Serial}, nil)
	}
	j.Put("container", name)
	j.Put("held", sm.SerialText(cert.Serial))
	j.Put("held.name", cert.Subject.CommonName)
	j.Say("证书 "+clip(j.Out["held"], 12), "certificate "+clip(j.Out["held"], 12))
	return nil
}

// newest is the container whose signing certificate began last: after a renewal the old one may still be there.
func newest(held []service.Container) (name string, best *sm.Certificate) {
	for _, c := range held {
		cert, err := sm.ParseCertificate(c.Sign)
		if len(c.Sign) == 0 || err != nil || best != nil && !cert.NotBefore.After(best.NotBefore) {
			continue
		}
		name, best = c.Name, cert
	}
	return name, best
}

// recognise takes customer, line and product over from the case that issued the certificate; a token of another counter is served
// with what the customer shows. What an earlier look found on another token is forgotten first.
func recognise(tx *service.Tx, f *flow.Facts) error {
	forget(f)
	cert, err := tx.Read.Certificates.Certificate(f.Out["held"])
	if service.IsCode(err, service.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	from, err := tx.Read.Cases.Case(cert.Case)
	if err != nil {
		return err
	}
	c := f.Case
	c.Customer, c.CustomerType, c.Holder, c.Project, c.Line = from.Customer, from.CustomerType, from.Holder, from.Project, cert.Line
	if *f.Customer, err = tx.Read.Customers.Customer(from.Customer); err != nil {
		return err
	}
	f.Visit.Customer = c.Customer
	return tx.Cases.PutVisit(*f.Visit)
}

func forget(f *flow.Facts) {
	if c := f.Case; c.Line != "" {
		c.Customer, c.CustomerType, c.Holder, c.Project, c.Line = "", "", service.Person{}, "", ""
		*f.Customer, f.Visit.Agent = service.Customer{}, service.Person{}
		f.Set("number", "")
		f.Set(holderShown, "")
		f.Set(byAgent, "")
	}
}

func recognised(f *flow.Facts) bool { return f.Case.Line != "" }

// Unrecognised wraps a step so that it is asked only for a token of another counter.
func Unrecognised(s flow.Step) flow.Step {
	s.When = func(f *flow.Facts) bool { return !recognised(f) }
	return s
}

// Identify checks the person at the desk against the record behind the token.
func Identify() flow.Step {
	s := Form("identify", service.StageIdentity, service.T("核对身份", "Check identity"), identifyFields, applyIdentify)
	s.When = recognised
	ask := s.Ask
	s.Ask = func(f *flow.Facts) (flow.Prompt, error) {
		p, err := ask(f)
		p.Facts = identifyFacts(f)
		return p, err
	}
	return reopen(s)
}

func identifyFacts(f *flow.Facts) []flow.Fact {
	return present([]flow.Fact{
		fact("客户", "Customer", f.Customer.Name),
		fact("持证人", "Holder", f.Case.Holder.Name),
		fact("证书", "Certificate", clip(f.Out["held"], 20)),
		fact("介质", "Token", f.Case.Token),
		fact("PIN 剩余次数", "PIN tries left", f.Out["pin.left"]),
	})
}

// Fields of the check: the holder's number as he showed it, and whether an agent came in his place.
const (
	holderShown = "holder.shown"
	byAgent     = "by-agent"
)

// ByAgent reports whether the holder did not come himself: what is done then is looked at by a second person where the business has
// a review.
func ByAgent(f *flow.Facts) bool { return f.Get(byAgent) != "" }

func identifyFields(f *flow.Facts) ([]flow.Field, error) {
	number := flow.Field{Name: "number", Label: service.T("证件号码", "Identity number"), Type: flow.FieldNumber, Required: true, Max: 24, Fixed: 18,
		Value: f.Get("number"), Check: matches(f.Customer.Number, numberCheck(f))}
	if isOrganisation(f) {
		number.Label = service.T("统一社会信用代码", "Credit code")
	}
	fs := []flow.Field{number}
	if f.Case.CustomerType == service.StaffOf {
		fs = append(fs, flow.Field{Name: "holder.number", Label: service.T("持证人证件", "Holder's ID"), Type: flow.FieldNumber, Max: 24, Fixed: 18,
			Value: f.Get(holderShown), Check: matches(f.Case.Holder.Number, check(f.Now, idcheck.Auto)),
			Hint: service.T("未到场不填，须填经办人", "empty where an agent came")})
	}
	return append(fs, agentFields(f, f.Case.CustomerType == service.Organisation)...), nil
}

// matches accepts only the number on record.
func matches(record string, valid func(string) (string, error)) func(string) (string, error) {
	return func(v string) (string, error) {
		norm := strings.ToUpper(strings.TrimSpace(v))
		if n, err := valid(v); err == nil {
			norm = n
		} else if norm != record {
			return "", err
		}
		if norm != record {
			return "", service.E(service.IDMismatch, "steps.matches", nil, nil)
		}
		return norm, nil
	}
}

// applyIdentify keeps who came: of a person in an organisation the holder himself, or else a whole agent.
func applyIdentify(tx *service.Tx, f *flow.Facts, v map[string]string) error {
	agent, err := personOf(f, v, "agent")
	if err != nil {
		return err
	}
	absent := f.Case.CustomerType == service.StaffOf && v["holder.number"] == ""
	if absent && agent.Name == "" {
		return service.E(service.InputRequired, "steps.Identify", service.Args{"field": "holder.number"}, nil)
	}
	f.Set("number", v["number"])
	f.Set(holderShown, v["holder.number"])
	f.Set(byAgent, map[bool]string{true: "1"}[absent])
	f.Visit.Agent = agent
	return tx.Cases.PutVisit(*f.Visit)
}
