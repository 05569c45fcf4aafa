package db

import (
	"certdesk/service"
)

// OnePersonPolicy is the setting that lets one person enter and review, on a one-person site: "true" where it is in force.
const OnePersonPolicy = "policy/one-person"

// OnePersonAct is the audit act of a review by who entered the case.
const OnePersonAct = "review.one-person"

// checkReview refuses a case whose reviewer entered it, now or before this save (SelfReview), unless the site is a one-person
// one: then the chain says so, once for each review. A review of what nobody entered is refused (InputRequired: entered).
func (c cases) checkReview(old service.Case, k *service.Case) error {
	review, reviewed := k.By[service.ReviewedBy]
	if !reviewed {
		return nil
	}
	entered, before := k.By[service.EnteredBy].Staff, old.By[service.EnteredBy].Staff
	if entered == "" && before == "" {
		return required("PutCase", string(service.EnteredBy))
	}
	if review.Staff != entered && review.Staff != before {
		return nil
	}
	one, err := c.onePerson()
	if err != nil {
		return err
	}
	if !one {
		return service.E(service.SelfReview, "db.PutCase", nil, nil)
	}
	if was, ok := old.By[service.ReviewedBy]; ok && was.Staff == review.Staff && micros(was.At) == micros(review.At) {
		return nil
	}
	return c.auditRow(OnePersonAct, k.No, review.Staff)
}

func (c cases) onePerson() (bool, error) {
	value, err := settings(c).Get(OnePersonPolicy)
	if service.IsCode(err, service.NotFound) {
		return false, nil
	}
	return string(value) == "true", err
}
