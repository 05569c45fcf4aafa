// Package catalog is the centre's catalog: projects, products, tariffs, materials, agreement text and print wording, in one TOML
// file keyed project × product × kind × customer type, checked on load with line-numbered errors (DESIGN 5).
package catalog

import "certdesk/service"

// Catalog is one version of the centre's catalog. Version is the SM3 digest of the file, so that a case can name what it was
// opened under.
type Catalog struct {
	Version  string    `toml:"-"`
	Title    string    `toml:"title"`
	Province Place     `toml:"place"`
	Projects []Project `toml:"project"`
}

// What Project.ReviewWhen says.
const (
	ReviewAfterFee  = "after-fee"
	ReviewBeforeFee = "before-fee"
)

// Place is the default place in subjects.
type Place struct {
	Province string `toml:"province"`
	City     string `toml:"city"`
}

// Project is an application project 应用项目 with its own products, prices and rules.
type Project struct {
	Code       string       `toml:"code"` // 01
	Name       string       `toml:"name"`
	Agreement  string       `toml:"agreement"` // full text of the service agreement
	ReviewWhen string       `toml:"review"`    // ReviewAfterFee ("" means it too) or ReviewBeforeFee
	Products   []Product    `toml:"product"`
	Services   []ServiceFee `toml:"service"` // what 2xxx acts cost and need
}

// Product is a certificate product of a project for one customer type.
type Product struct {
	Code         string               `toml:"code"`
	Name         string               `toml:"name"`
	CustomerType service.CustomerType `toml:"customer"`
	Profile      string               `toml:"profile"` // the centre's certificate profile
	Alg          service.KeyAlg       `toml:"alg"`
	Years        []int                `toml:"years"`
	Days         int                  `toml:"days"` // short-lived product: days instead of years
	Fees         []Fee                `toml:"fee"`
	Materials    []Material           `toml:"material"`
	Fields       []Extra              `toml:"field"`
	WarrantyDays int                  `toml:"warranty_days"`
}

// Fee is one line of a tariff. PerYear multiplies by the years chosen.
type Fee struct {
	Kind    service.Kind  `toml:"kind"`
	Item    string        `toml:"item"`
	Label   string        `toml:"label"`
	Price   service.Money `toml:"price"` // fen; yuan in quotes in the file: "200.00"
	PerYear bool          `toml:"per_year"`
}

// Material is one paper the customer brings. Vital ones (identity, authorisation, signature) can never be promised for later.
// Copies is how many the hall keeps; 0: shown and given back. A service's material names no kind (it is the service's) and may
// name the customer type that has to bring it; "" is all.
type Material struct {
	Kind         service.Kind         `toml:"kind"`
	Code         string               `toml:"code"`
	Label        service.Text         `toml:"label"`
	Copies       int                  `toml:"copies"`
	Vital        bool                 `toml:"vital"`
	CustomerType service.CustomerType `toml:"customer"`
}

// Extra is an extension field of the form, such as 资质等级.
type Extra struct {
	Name     string       `toml:"name"`
	Label    service.Text `toml:"label"`
	Required bool         `toml:"required"`
	Choices  []string     `toml:"choices"`
	Max      int          `toml:"max"`
}

// ServiceFee is what a 2xxx act costs in a project, and whether it needs a second person.
type ServiceFee struct {
	Kind      service.Kind  `toml:"kind"`
	Item      string        `toml:"item"`
	Label     string        `toml:"label"`
	Price     service.Money `toml:"price"` // as in Fee
	Review    bool          `toml:"review"`
	Materials []Material    `toml:"material"`
}

// Project finds a project by code.
func (c *Catalog) Project(code string) (Project, error) {
	for _, p := range c.Projects {
		if p.Code == code {
			return p, nil
		}
	}
	return Project{}, service.E(service.NotFound, "catalog.Project", service.Args{"what": "project", "id": code}, nil)
}

// Product finds a product by code.
func (p Project) Product(code string) (Product, error) {
	for _, d := range p.Products {
		if d.Code == code {
			return d, nil
		}
	}
	return Product{}, service.E(service.NotFound, "catalog.Product", service.Args{"what": "product", "id": code}, nil)
}

// For lists the products for a customer type.
func (p Project) For(t service.CustomerType) []Product {
	var ds []Product
	for _, d := range p.Products {
		if d.CustomerType == t {
			ds = append(ds, d)
		}
	}
	return ds
}

// Service finds what an act costs and needs; the zero ServiceFee where the project says nothing (free, no review).
func (p Project) Service(k service.Kind) ServiceFee {
	for _, s := range p.Services {
		if s.Kind == k {
			return s
		}
	}
	return ServiceFee{Kind: k}
}

// MaterialsFor lists what a kind needs for this product.
func (d Product) MaterialsFor(k service.Kind) []Material {
	var ms []Material
	for _, m := range d.Materials {
		if m.Kind == k {
			ms = append(ms, m)
		}
	}
	return ms
}

// MaterialsFor lists what a customer of type t brings for this act.
func (s ServiceFee) MaterialsFor(t service.CustomerType) []Material {
	var ms []Material
	for _, m := range s.Materials {
		if m.CustomerType == "" || m.CustomerType == t {
			ms = append(ms, m)
		}
	}
	return ms
}
