package db

import (
	"certdesk/service"
)

// cases reads and writes visits and cases.
type cases struct{ *session }

// hidden is what of a case is sealed: what was typed, and free text that may name somebody.
type hidden struct {
	Holder    service.Person    `json:"holder"`
	Fields    map[string]string `json:"fields"`
	Rejection string            `json:"rejection"`
}

// Case gives a case; NotFound (case, no).
func (c cases) Case(no string) (service.Case, error) {
	got, sealed, err := c.clear(no)
	if err != nil {
		return service.Case{}, err
	}
	var h hidden
	if err := c.vault.openJSON(sealed, &h, "cases", no, "private"); err != nil {
		return service.Case{}, err
	}
	got.Holder, got.Fields, got.Rejection = h.Holder, h.Fields, h.Rejection
	got.By, err = c.stamps(no)
	return got, err
}

// clear reads the columns that are not sealed, and the sealed one as it is.
func (c cases) clear(no string) (service.Case, []byte, error) {
	var sealed []byte
	got, err := one(c.session, "case", no, func(r scanner) (c service.Case, err error) {
		var created, updated int64
		err = r.Scan(&c.No, &c.Version, &c.Visit, &c.Kind, &c.Status, &c.Money, &c.Customer, &c.CustomerType, &c.Project,
			&c.Product, &c.Years, &c.Line, &c.Token, &c.Attempt, &c.Catalog, &c.Fee, &c.Receipt, &c.Approved, &sealed,
			&created, &updated)
		c.Created, c.Updated = moment(created), moment(updated)
		return c, err
	}, `SELECT no, version, coalesce(visit, ''), kind, status, money, coalesce(customer, ''), customer_type, project, product,
		years, line, token, attempt, catalog, fee, receipt, approved, private, created, updated FROM cases WHERE no = ?`, no)
	return got, sealed, err
}

func (c cases) stamps(no string) (map[service.Duty]service.Stamp, error) {
	type stamped struct {
		duty  service.Duty
		stamp service.Stamp
	}
	all, err := list(c.session, func(r scanner) (s stamped, err error) {
		var at int64
		err = r.Scan(&s.duty, &s.stamp.Staff, &s.stamp.Name, &at)
		s.stamp.At = moment(at)
		return s, err
	}, `SELECT duty, staff, name, at FROM case_stamps WHERE case_no = ?`, no)
	by := make(map[service.Duty]service.Stamp, len(all))
	for _, s := range all {
		by[s.duty] = s.stamp
	}
	return by, err
}

// PutCase saves a case; see service.CaseTx. A new case begins as a draft or accepted.
func (c cases) PutCase(k *service.Case) error {
	if k.No == "" {
		return required("PutCase", "no")
	}
	old, err := c.stored(k)
	if err != nil {
		return err
	}
	if !old.Status.CanBecome(k.Status) {
		args := service.Args{"no": k.No, "status": string(old.Status)}
		return service.E(service.CaseStatus, "db.PutCase", args, nil)
	}
	if err := c.checkReview(old, k); err != nil {
		return err
	}
	return c.save(k, old)
}

// stored is the case as it stands, an unsaved draft where it is new. CaseChanged where somebody saved it since k was read.
func (c cases) stored(k *service.Case) (service.Case, error) {
	old, sealed, err := c.clear(k.No)
	switch {
	case k.Version == 0 && service.IsCode(err, service.NotFound):
		return service.Case{Status: service.Draft}, nil
	case err != nil:
		return old, err
	case old.Version != k.Version:
		return old, service.E(service.CaseChanged, "db.PutCase", service.Args{"no": k.No}, nil)
	}
	if old.By, err = c.stamps(k.No); err != nil {
		return old, err
	}
	var h hidden
	err = c.vault.openJSON(sealed, &h, "cases", k.No, "private")
	old.Holder = h.Holder
	return old, err
}

func (c cases) save(k *service.Case, old service.Case) error {
	h := hidden{Holder: k.Holder, Fields: k.Fields, Rejection: k.Rejection}
	sealed, err := c.vault.sealJSON(h, "cases", k.No, "private")
	if err != nil {
		return err
	}
	next := *k
	next.Version, next.Updated = k.Version+1, c.now
	if next.Created.IsZero() {
		next.Created = c.now
	}
	if err := c.write(next, sealed); err != nil {
		return err
	}
	if err := c.putStamps(next, old.By); err != nil {
		return err
	}
	if old.Version == 0 || old.Holder != k.Holder {
		if err := c.index("cases", k.No, personTerms(k.Holder)); err != nil {
			return err
		}
	}
	was := *k
	c.undo = append(c.undo, func() { k.Version, k.Created, k.Updated = was.Version, was.Created, was.Updated })
	k.Version, k.Created, k.Updated = next.Version, next.Created, next.Updated
	return nil
}

// write inserts version 1 and updates the version before next's; the statement itself compares, whatever was read before.
func (c cases) write(k service.Case, sealed []byte) error {
	n, err := c.exec("PutCase", `INSERT INTO cases (no, version, visit, kind, status, money, customer, customer_type, project,
			product, years, line, token, attempt, catalog, fee, receipt, approved, private, created, updated)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (no) DO UPDATE SET version = excluded.version, visit = excluded.visit, kind = excluded.kind,
			status = excluded.status, money = excluded.money, customer = excluded.customer,
			customer_type = excluded.customer_type, project = excluded.project, product = excluded.product,
			years = excluded.years, line = excluded.line, token = excluded.token, attempt = excluded.attempt,
			catalog = excluded.catalog, fee = excluded.fee, receipt = excluded.receipt, approved = excluded.approved,
			private = excluded.private, updated = excluded.updated
		WHERE cases.version = excluded.version - 1`,
		k.No, k.Version, null(k.Visit), k.Kind, k.Status, k.Money, null(k.Customer), k.CustomerType, k.Project,
		k.Product, k.Years, k.Line, k.Token, k.Attempt, k.Catalog, int64(k.Fee), k.Receipt, k.Approved, sealed,
		micros(k.Created), micros(k.Updated))
	if err == nil && n != 1 {
		return service.E(service.CaseChanged, "db.PutCase", service.Args{"no": k.No}, nil)
	}
	return failed("PutCase", err)
}

// putStamps writes the stamps that differ from those stored.
func (c cases) putStamps(k service.Case, stored map[service.Duty]service.Stamp) error {
	for duty := range stored {
		if _, kept := k.By[duty]; kept {
			continue
		}
		if _, err := c.exec("PutCase", `DELETE FROM case_stamps WHERE case_no = ? AND duty = ?`, k.No, duty); err != nil {
			return failed("PutCase", err)
		}
	}
	for duty, by := range k.By {
		if was := stored[duty]; was.Staff == by.Staff && was.Name == by.Name && micros(was.At) == micros(by.At) {
			continue
		}
		err := c.put("PutCase", `INSERT INTO case_stamps (case_no, duty, staff, name, at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (case_no, duty) DO UPDATE SET staff = excluded.staff, name = excluded.name, at = excluded.at`,
			k.No, duty, by.Staff, by.Name, micros(by.At))
		if err != nil {
			return err
		}
	}
	return nil
}
