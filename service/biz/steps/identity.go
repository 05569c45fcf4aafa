package steps

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/service/idcheck"
)

// CustomerType asks whom the certificate is for.
func CustomerType() flow.Step {
	return choose("type", service.StageIdentity, service.T("客户类型", "Customer"), func(*flow.Facts) ([]flow.Choice, error) {
		return numbered([]flow.Choice{
			{Value: string(service.Organisation), Label: service.Organisation.Title(), Note: service.T("企业、机关、事业单位、社会团体", "companies, public bodies, associations")},
			{Value: string(service.StaffOf), Label: service.StaffOf.Title(), Note: service.T("代表机构办事的个人", "a person acting for an organisation")},
			{Value: string(service.Individual), Label: service.Individual.Title(), Note: service.T("自然人", "a natural person")},
		}), nil
	}, func(f *flow.Facts, v string) error {
		if t := service.CustomerType(v); t != f.Case.CustomerType {
			f.Case.CustomerType, f.Case.Customer, f.Case.Product, f.Case.Years = t, "", "", 0
			f.Case.Holder, *f.Customer = service.Person{}, service.Customer{}
		}
		return nil
	})
}

// Number asks for the number that identifies the customer and finds an earlier record.
func Number() flow.Step {
	return reopen(Form("number", service.StageIdentity, service.T("证件号码", "Identity number"), numberFields, applyNumber))
}

func numberFields(f *flow.Facts) ([]flow.Field, error) {
	fd := flow.Field{Name: "number", Type: flow.FieldNumber, Required: true, Max: 24, Fixed: 18, Override: true,
		Value: f.Get("number"), Check: numberCheck(f)}
	if isOrganisation(f) {
		fd.Label, fd.Hint = service.T("统一社会信用代码", "Credit code"), service.T("营业执照上的 18 位代码", "18 characters, on the licence")
	} else {
		fd.Label, fd.Hint = service.T("证件号码", "Identity number"), service.T("身份证、居住证、永居证、通行证或护照", "identity card, permit or passport")
	}
	return []flow.Field{fd}, nil
}

func isOrganisation(f *flow.Facts) bool {
	return f.Case.CustomerType == service.Organisation || f.Case.CustomerType == service.StaffOf
}

func numberCheck(f *flow.Facts) func(string) (string, error) {
	t := idcheck.Auto
	if isOrganisation(f) {
		t = idcheck.USCC
	}
	return check(f.Now, t)
}

// check validates by a type of idcheck; auto takes a person's documents only.
func check(now time.Time, t idcheck.Type) func(string) (string, error) {
	c := idcheck.New(func() time.Time { return now })
	return func(v string) (string, error) {
		r, err := c.Check(t, v)
		if err != nil {
			return "", err
		}
		if t == idcheck.Auto && r.Type != idcheck.ID && r.Type != idcheck.Permit && r.Type != idcheck.Passport {
			r, err = c.Check(idcheck.ID, v)
		}
		return r.Norm, err
	}
}

func applyNumber(tx *service.Tx, f *flow.Facts, v map[string]string) error {
	if v["number"] != f.Get("number") {
		for _, name := range []string{"name", "address", "phone", "mobile"} {
			f.Set(name, "")
		}
	}
	f.Set("number", v["number"])
	known, err := tx.Read.Customers.ByNumber(v["number"])
	if service.IsCode(err, service.NotFound) {
		f.Case.Customer = ""
		*f.Customer = service.Customer{}
		return nil
	}
	if err != nil {
		return err
	}
	f.Case.Customer, *f.Customer = known.ID, known
	return nil
}

// idType is the type of a person's document, by its shape.
func idType(now time.Time, number string) string {
	r, err := idcheck.New(func() time.Time { return now }).Check(idcheck.Auto, number)
	if err != nil {
		return string(idcheck.ID)
	}
	return string(r.Type)
}

// Details asks for names, addresses, the holder and the agent, and keeps the customer.
func Details() flow.Step {
	return reopen(Form("details", service.StageIdentity, service.T("客户信息", "Customer details"), detailFields, applyDetails))
}

func detailFields(f *flow.Facts) ([]flow.Field, error) {
	switch f.Case.CustomerType {
	case service.Organisation:
		return append(organisationFields(f), agentFields(f, true)...), nil
	case service.StaffOf:
		return append(append(organisationFields(f), holderFields(f)...), agentFields(f, false)...), nil
	}
	return append(personFields(f), agentFields(f, false)...), nil
}

func organisationFields(f *flow.Facts) []flow.Field {
	return []flow.Field{
		{Name: "name", Label: service.T("单位名称", "Organisation"), Type: flow.FieldText, Required: true, Max: maxCommonName,
			Value: or(f.Get("name"), f.Customer.Name), Check: organisationName},
		{Name: "address", Label: service.T("单位地址", "Address"), Type: flow.FieldText, Max: 120, Value: or(f.Get("address"), f.Customer.Address), Check: idcheck.OrganisationName},
		{Name: "phone", Label: service.T("联系电话", "Telephone"), Type: flow.FieldDigits, Max: 20, Value: or(f.Get("phone"), f.Customer.Mobile), Check: telephone},
	}
}

// maxCommonName is the most characters of a name in a certificate (X.520, ub-common-name and ub-organization-name): a longer one would
// be refused by the CA, after the customer has paid.
const maxCommonName = 64

func organisationName(v string) (string, error) {
	norm, err := idcheck.OrganisationName(v)
	if n := utf8.RuneCountInString(norm); err == nil && n > maxCommonName {
		args := service.Args{"have": strconv.Itoa(n), "max": strconv.Itoa(maxCommonName)}
		return "", service.E(service.NameLong, "steps.organisationName", args, nil)
	}
	return norm, err
}

// telephone takes a fixed or mobile number as it stands on a letterhead: digits, hyphens, one plus in front.
func telephone(v string) (string, error) {
	norm := narrow(v)
	rest := strings.TrimPrefix(norm, "+")
	digits := strings.ReplaceAll(rest, "-", "")
	if len(digits) < 5 || len(rest) > 20 || !onlyDigits([]byte(digits)) {
		return "", service.E(service.InputInvalid, "steps.telephone", service.Args{"reason": "telephone"}, nil)
	}
	return norm, nil
}

func holderFields(f *flow.Facts) []flow.Field {
	h := f.Case.Holder
	return person(f, "holder", service.T("持证人", "Holder"), h, true)
}

func personFields(f *flow.Facts) []flow.Field {
	return []flow.Field{
		{Name: "name", Label: service.T("姓名", "Name"), Type: flow.FieldText, Required: true, Max: 64, Value: or(f.Get("name"), f.Customer.Name), Check: idcheck.PersonName},
		{Name: "mobile", Label: service.T("手机", "Mobile"), Type: flow.FieldDigits, Required: true, Fixed: 11, Max: 15,
			Value: or(f.Get("mobile"), f.Customer.Mobile), Check: check(f.Now, idcheck.Mobile)},
	}
}

func agentFields(f *flow.Facts, required bool) []flow.Field {
	return person(f, "agent", service.T("经办人", "Agent"), f.Visit.Agent, required)
}

func person(f *flow.Facts, prefix string, who service.Text, p service.Person, required bool) []flow.Field {
	label := func(zh, en string) service.Text { return service.T(who.ZH+zh, who.EN+en) }
	fs := []flow.Field{
		{Name: prefix + ".name", Label: label("姓名", "'s name"), Type: flow.FieldText, Max: 64, Value: p.Name, Check: idcheck.PersonName},
		{Name: prefix + ".number", Label: label("证件", "'s ID"), Type: flow.FieldNumber, Max: 24, Fixed: 18, Value: p.Number, Check: check(f.Now, idcheck.Auto), Override: true},
		{Name: prefix + ".mobile", Label: label("手机", "'s mobile"), Type: flow.FieldDigits, Max: 15, Fixed: 11, Value: p.Mobile, Check: check(f.Now, idcheck.Mobile)},
	}
	for i := range fs {
		fs[i].Required = required
		if !required {
			fs[i].Hint = service.T("本人办理可不填", "empty where the person came himself")
		}
	}
	return fs
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func applyDetails(tx *service.Tx, f *flow.Facts, v map[string]string) error {
	for _, name := range []string{"name", "address", "phone", "mobile"} {
		f.Set(name, v[name])
	}
	agent, err := personOf(f, v, "agent")
	if err != nil {
		return err
	}
	f.Visit.Agent = agent
	f.Case.Holder = service.Person{}
	if f.Case.CustomerType == service.StaffOf {
		if f.Case.Holder, err = personOf(f, v, "holder"); err != nil {
			return err
		}
	}
	return keepCustomer(tx, f)
}

// personOf takes a person whole or not at all: a name without a number is a slip.
func personOf(f *flow.Facts, v map[string]string, prefix string) (service.Person, error) {
	p := service.Person{Name: v[prefix+".name"], Number: v[prefix+".number"], Mobile: v[prefix+".mobile"]}
	if p == (service.Person{}) {
		return p, nil
	}
	for _, part := range []string{"name", "number", "mobile"} {
		if v[prefix+"."+part] == "" {
			return p, service.E(service.InputRequired, "steps.personOf", service.Args{"field": prefix + "." + part}, nil)
		}
	}
	p.IDType = idType(f.Now, p.Number)
	return p, nil
}

// keepCustomer stores the customer under an id that follows from the number, so that a repeat finds the same record.
func keepCustomer(tx *service.Tx, f *flow.Facts) error {
	c := service.Customer{ID: "C" + tx.Customers.HolderKey(f.Get("number")), Type: service.Individual, Name: f.Get("name"), Number: f.Get("number"),
		IDType: idType(f.Now, f.Get("number")), Mobile: f.Get("mobile"), Address: f.Get("address"), Created: tx.Now}
	if isOrganisation(f) {
		c.Type, c.IDType, c.Mobile = service.Organisation, string(idcheck.USCC), f.Get("phone")
	}
	if f.Customer.ID != "" {
		c.ID, c.Created = f.Customer.ID, f.Customer.Created
	}
	if err := tx.Customers.PutCustomer(c); err != nil {
		return err
	}
	f.Case.Customer, *f.Customer = c.ID, c
	f.Visit.Customer = c.ID
	return tx.Cases.PutVisit(*f.Visit)
}
