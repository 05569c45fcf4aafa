package catalog

import "certdesk/service"

// Lengths in characters: names and labels must fit a form and a screen line, an agreement a few pages.
const (
	maxName      = 60
	maxAgreement = 20_000
	maxYears     = 10
	maxDays      = 366
	maxWarranty  = 3660
	maxCopies    = 20
	maxField     = 200
)

func (f *faults) catalog(c *Catalog) {
	f.line(root, "title", c.Title, maxName)
	place := under(root, "place")
	f.line(place, "province", c.Province.Province, maxName)
	f.line(place, "city", c.Province.City, maxName)
	f.some(root, "project", len(c.Projects))
	codes := map[string]bool{}
	for i, p := range c.Projects {
		at := element(under(root, "project"), i)
		f.code(at, p.Code, projectCode, codes)
		f.project(at, p)
	}
}

func (f *faults) project(at string, p Project) {
	f.line(at, "name", p.Name, maxName)
	f.text(at, "agreement", p.Agreement, maxAgreement)
	switch p.ReviewWhen {
	case "", ReviewAfterFee, ReviewBeforeFee:
	default:
		f.add(under(at, "review"), badReview, p.ReviewWhen)
	}
	f.some(at, "product", len(p.Products))
	codes := map[string]bool{}
	for i, d := range p.Products {
		at := element(under(at, "product"), i)
		f.code(at, d.Code, productCode, codes)
		f.product(at, d)
	}
	f.services(under(at, "service"), p.Services)
}

func (f *faults) product(at string, d Product) {
	f.line(at, "name", d.Name, maxName)
	f.known(at, "customer", string(d.CustomerType), noCustomer, customerType)
	f.known(at, "profile", d.Profile, badProfile, profileName.MatchString)
	f.known(at, "alg", string(d.Alg), noAlg, algorithm)
	f.period(at, d)
	f.within(at, "warranty_days", d.WarrantyDays, 0, maxWarranty)
	f.some(at, "fee", len(d.Fees))
	f.fees(under(at, "fee"), d.Fees, f.given(under(at, "years")))
	f.materials(under(at, "material"), d.Materials)
	f.fields(under(at, "field"), d.Fields)
}

// period wants years or days, never both: the clerk is asked for the one or told the other.
func (f *faults) period(at string, d Product) {
	years, days := under(at, "years"), under(at, "days")
	switch {
	case f.given(years) && f.given(days):
		f.add(days, twoPeriods, "")
	case f.given(days):
		f.within(at, "days", d.Days, 1, maxDays)
	case len(d.Years) == 0 && !f.odd[at]:
		f.add(years, noPeriod, "")
	}
	for i, y := range d.Years {
		if y < 1 || y > maxYears || i > 0 && y <= d.Years[i-1] {
			f.add(element(years, i), badYears, itoa(y))
		}
	}
}

func (f *faults) fees(at string, fees []Fee, years bool) {
	seen := map[string]bool{}
	for i, fee := range fees {
		at := element(at, i)
		f.kind(at, fee.Kind)
		f.line(at, "item", fee.Item, maxName)
		f.line(at, "label", fee.Label, maxName)
		if !f.given(under(at, "price")) {
			f.lacks(at, "price")
		}
		f.once(under(at, "item"), seen, string(fee.Kind)+" "+fee.Item)
		if fee.PerYear && !years {
			f.add(under(at, "per_year"), yearlyDays, fee.Item)
		}
	}
}

func (f *faults) services(at string, services []ServiceFee) {
	seen := map[string]bool{}
	for i, s := range services {
		at := element(at, i)
		f.kind(at, s.Kind)
		if s.Kind != "" && s.Kind[0] != '2' {
			f.add(under(at, "kind"), notServing, string(s.Kind))
		}
		f.once(under(at, "kind"), seen, string(s.Kind))
		if !f.given(under(at, "price")) {
			f.lacks(at, "price")
		}
		if s.Price > 0 || f.given(under(at, "item")) {
			f.line(at, "item", s.Item, maxName)
		}
		if s.Price > 0 || f.given(under(at, "label")) {
			f.line(at, "label", s.Label, maxName)
		}
		f.serviceMaterials(under(at, "material"), s)
	}
}

// serviceMaterials lets a service's materials leave the kind out: it is the service's own.
func (f *faults) serviceMaterials(at string, s ServiceFee) {
	seen := map[string]bool{}
	for i, m := range s.Materials {
		at := element(at, i)
		if m.Kind != "" && m.Kind != s.Kind {
			f.add(under(at, "kind"), noKind, string(m.Kind))
		}
		f.material(at, m)
		f.once(under(at, "code"), seen, string(m.CustomerType)+" "+m.Code)
	}
}

func (f *faults) materials(at string, ms []Material) {
	seen := map[string]bool{}
	for i, m := range ms {
		at := element(at, i)
		f.kind(at, m.Kind)
		if f.given(under(at, "customer")) { // the product has named its one customer type
			f.add(under(at, "customer"), unknownKey, "customer")
		}
		f.material(at, m)
		f.once(under(at, "code"), seen, string(m.Kind)+" "+m.Code)
	}
}

func (f *faults) material(at string, m Material) {
	f.known(at, "code", m.Code, badCode, itemCode.MatchString)
	f.wording(at, m.Label)
	f.within(at, "copies", m.Copies, 0, maxCopies)
	if f.given(under(at, "customer")) {
		f.known(at, "customer", string(m.CustomerType), noCustomer, customerType)
	}
}

func (f *faults) fields(at string, fields []Extra) {
	seen := map[string]bool{}
	for i, x := range fields {
		at := element(at, i)
		f.known(at, "name", x.Name, badCode, itemCode.MatchString)
		f.once(under(at, "name"), seen, x.Name)
		f.wording(at, x.Label)
		if len(x.Choices) == 0 {
			f.within(at, "max", x.Max, 1, maxField)
			continue
		}
		choices := map[string]bool{}
		for j, choice := range x.Choices {
			f.printable(element(under(at, "choices"), j), "choices", choice, maxName)
			f.once(element(under(at, "choices"), j), choices, choice)
		}
	}
}

func (f *faults) kind(at string, k service.Kind) {
	f.known(at, "kind", string(k), noKind, knownKind)
}
