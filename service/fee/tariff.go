package fee

import (
	"certdesk/service"
	"certdesk/service/catalog"
)

// Lines prices one case: the product's fees of its kind, or the project's service fee for a 2xxx act. An empty list is free.
// Errors: TariffUnknown (project, product, kind) where the catalog names no such project or product, or a product names no fee at
// all for a kind that issues certificates.
func Lines(cat *catalog.Catalog, c *service.Case) ([]service.FeeLine, error) {
	project, err := cat.Project(c.Project)
	if err != nil {
		return nil, unknown(c, err)
	}
	if c.Product == "" {
		return serviceLine(project.Service(c.Kind)), nil
	}
	product, err := project.Product(c.Product)
	if err != nil {
		return nil, unknown(c, err)
	}
	lines := productLines(product, c)
	if lines == nil {
		return nil, unknown(c, nil)
	}
	return lines, nil
}

func unknown(c *service.Case, err error) error {
	return service.E(service.TariffUnknown, "fee.Lines",
		service.Args{"project": c.Project, "product": c.Product, "kind": string(c.Kind)}, err)
}

func serviceLine(s catalog.ServiceFee) []service.FeeLine {
	if s.Price == 0 {
		return []service.FeeLine{}
	}
	return []service.FeeLine{{Item: s.Item, Label: s.Label, Quantity: 1, Unit: s.Price, Amount: s.Price}}
}

func productLines(p catalog.Product, c *service.Case) []service.FeeLine {
	var lines []service.FeeLine
	for _, f := range p.Fees {
		if f.Kind != c.Kind {
			continue
		}
		n := 1
		if f.PerYear && c.Years > 0 {
			n = c.Years
		}
		lines = append(lines, service.FeeLine{Item: f.Item, Label: f.Label, Quantity: n, Unit: f.Price, Amount: f.Price * service.Money(n)})
	}
	return lines
}

// Total adds lines up.
func Total(lines []service.FeeLine) service.Money {
	var sum service.Money
	for _, l := range lines {
		sum += l.Amount
	}
	return sum
}
