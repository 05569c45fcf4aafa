package flowtest

import (
	"strconv"
	"time"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/service/idcheck"
)

// Customer is somebody at the desk with what he says.
type Customer struct {
	Type    service.CustomerType
	Project string
	Product string
	Said    map[string]string
	PIN     string
	OldPIN  string
	Token   string // the token that is put in where one is waited for
}

func id(n int) string {
	return idcheck.MakeID("430102", time.Date(1980, 1, 2, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n), 100+n)
}

// USCC makes the n-th organisation's credit code.
func USCC(n int) string {
	const digits = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	return idcheck.MakeUSCC("91430100", "MA4"+"L16"+string(digits[n/31%31])+string(digits[n%31]))
}

func human(said map[string]string, prefix, name string, n int) {
	said[prefix+"name"], said[prefix+"number"] = name, id(n)
	said[prefix+"mobile"] = "139" + strconv.Itoa(10000000+n)
}

// Org is the n-th organisation.
func Org(n int) *Customer {
	c := &Customer{Type: service.Organisation, Project: "01", Product: "11", PIN: pin(n), Token: "ORG-" + strconv.Itoa(1000+n), Said: map[string]string{
		"number": USCC(n), "name": "湘江第" + strconv.Itoa(n) + "贸易有限公司", "address": "长沙市芙蓉区1号", "phone": "0731-82345678", "answer": "长沙", "x.grade": "A",
	}}
	human(c.Said, "agent.", "张三", 3*n)
	return c
}

// StaffOf is a person in the n-th organisation.
func StaffOf(n int) *Customer {
	c := Org(n)
	c.Type, c.Product, c.Token = service.StaffOf, "12", "STF-"+strconv.Itoa(1000+n)
	human(c.Said, "holder.", "李四·买买提", 3*n+1)
	for _, part := range []string{"name", "number", "mobile"} {
		delete(c.Said, "agent."+part)
	}
	return c
}

// Person is the n-th natural person.
func Person(n int) *Customer {
	c := &Customer{Type: service.Individual, Project: "01", Product: "13", PIN: pin(n), Token: "PER-" + strconv.Itoa(1000+n), Said: map[string]string{"answer": "岳阳"}}
	human(c.Said, "", "王五", 3*n+2)
	return c
}

func pin(n int) string { return "q7Zk" + strconv.Itoa(583100+n*7) }

// Answer is what customer and clerk say to a prompt when nothing is wrong.
func (c *Customer) Answer(p *flow.Prompt) flow.Answer {
	a := flow.Answer{Step: p.Step, Values: map[string]string{}, Secrets: map[string][]byte{}, Choice: c.choice(p)}
	for _, f := range p.Fields {
		a.Values[f.Name] = f.Value
		if v, ok := c.Said[f.Name]; ok {
			a.Values[f.Name] = v
		}
	}
	for _, s := range p.Secrets {
		a.Secrets[s.Name] = []byte(c.PIN)
		if s.Name == "old" {
			a.Secrets[s.Name] = []byte(c.OldPIN)
		}
	}
	for _, ch := range p.Choices {
		if p.Multi {
			a.Chosen = append(a.Chosen, ch.Value)
		}
	}
	return a
}

func (c *Customer) choice(p *flow.Prompt) string {
	switch {
	case p.Step == "type":
		return string(c.Type)
	case p.Step == "project":
		return c.Project
	case p.Step == "product":
		return c.Product
	case p.Step == flow.TokenStep:
		return c.Token
	case !p.Multi && len(p.Choices) > 0:
		return p.Choices[0].Value
	}
	return ""
}
