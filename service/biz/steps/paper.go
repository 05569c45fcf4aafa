package steps

import (
	"encoding/json"
	"strconv"

	"certdesk/service"
	"certdesk/service/catalog"
	"certdesk/service/fee"
	"certdesk/service/flow"
)

// Paper is a step that makes a paper and queues it, in one act, once for each of the copies named.
func Paper(name string, stage service.Stage, title service.Text, build func(*flow.Facts) (service.Document, error), copies ...Copy) flow.Step {
	return flow.Step{
		Name: name, Stage: stage, Title: title, Reopen: stage == service.StageIntake,
		Commit: func(tx *service.Tx, f *flow.Facts) error {
			doc, err := build(f)
			if err != nil {
				return err
			}
			return queue(tx, f, doc, copies...)
		},
	}
}

// Copy is one of several identical papers: what stands on it, and what its id ends in.
type Copy struct{ Of, ID string }

// FormCopies are the hall's and the client's; the client's is the voucher for the pick-up.
func FormCopies() []Copy { return []Copy{{Of: "存根联"}, {Of: "客户存根联", ID: "-client"}} }

// queue keeps a paper (sealed) and puts it into the print queue. The same paper made again replaces nothing: it counts.
func queue(tx *service.Tx, f *flow.Facts, doc service.Document, copies ...Copy) error {
	n, err := tx.Counters.Next("paper/" + f.Case.No + "/" + string(doc.Kind))
	if err != nil {
		return err
	}
	id := f.Case.No + "-" + string(doc.Kind)
	if n > 1 {
		id += "-" + strconv.FormatInt(n, 10)
	}
	if copies == nil {
		copies = []Copy{{Of: doc.CopyOf}}
	}
	for _, c := range copies {
		doc.CopyOf = c.Of
		if err := queueOne(tx, f, id+c.ID, doc); err != nil {
			return err
		}
	}
	return nil
}

func queueOne(tx *service.Tx, f *flow.Facts, id string, doc service.Document) error {
	if err := tx.Spool.PutPaper(service.Paper{ID: id, Case: f.Case.No, Kind: doc.Kind, No: doc.No, Doc: doc, At: tx.Now}); err != nil {
		return err
	}
	if err := tx.Spool.PutJob(service.SpoolJob{ID: id, Paper: id, Name: id, State: service.SpoolQueued, At: tx.Now}); err != nil {
		return err
	}
	return tx.Audit.Append("paper", f.Case.No, id)
}

// Tell leaves an event for the centre.
func Tell(tx *service.Tx, typ string, body any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return service.E(service.Internal, "steps.tell", nil, err)
	}
	return tx.Outbox.Append(typ, b)
}

func head(f *flow.Facts, kind service.DocKind, title, subtitle, no string) service.Document {
	return service.Document{Kind: kind, Title: title, Subtitle: subtitle, No: no, Hall: f.Station.Hall, Time: f.Now}
}

func heading(text string) service.Block {
	return service.Block{Type: service.BlockHeading, Text: text}
}

func grid(columns int, pairs ...service.Pair) service.Block {
	return service.Block{Type: service.BlockGrid, Columns: columns, Pairs: pairs}
}

func pair(label, value string) service.Pair { return service.Pair{Label: label, Value: value} }

func wide(label, value string) service.Pair {
	return service.Pair{Label: label, Value: value, Wide: true}
}

// FormPaper is the application form; business is its title on the form.
func FormPaper(business string, list func(*flow.Facts) ([]catalog.Material, error)) func(*flow.Facts) (service.Document, error) {
	return func(f *flow.Facts) (service.Document, error) {
		d := head(f, service.DocForm, "数字证书业务申请表", business, f.Case.No)
		d.Blocks = append(d.Blocks, kindChecks(f.Case.Kind), heading("申请信息"), grid(2, customerPairs(f)...))
		d.Blocks = append(d.Blocks, peopleBlocks(f)...)
		if f.Case.Product != "" {
			d.Blocks = append(d.Blocks, heading("证书信息"), grid(2, productPairs(f)...))
		}
		ms, err := list(f)
		if err != nil {
			return d, err
		}
		d.Blocks = append(d.Blocks, materialBlocks(f, ms)...)
		d.Blocks = append(d.Blocks, declaration(f), signatures(f))
		d.Foot = []string{"客户存根联与经办人身份证为领取凭证。", "受理点：" + f.Station.Hall + " " + f.Station.Window + " 号窗口"}
		return d, nil
	}
}

func kindChecks(k service.Kind) service.Block {
	b := service.Block{Type: service.BlockChecks}
	for _, c := range []struct {
		kind  service.Kind
		label string
	}{{"1001", "证书初次办理"}, {"1002", "证书更新"}, {"1003", "证书补办"}, {"1004", "信息变更"}, {"1007", "证书吊销"}, {"2001", "证书解锁"}, {"2002", "修改 PIN"}} {
		b.Checks = append(b.Checks, service.Check{Label: c.label, Done: c.kind == k})
	}
	return b
}

func customerPairs(f *flow.Facts) []service.Pair {
	if f.Customer.Type == service.Individual {
		return []service.Pair{pair("姓名", f.Customer.Name), pair("手机", f.Customer.Mobile), wide("证件号码", f.Customer.Number)}
	}
	return []service.Pair{
		wide("单位名称", f.Customer.Name), pair("统一社会信用代码", f.Customer.Number), pair("联系电话", f.Customer.Mobile),
		wide("单位地址", f.Customer.Address),
	}
}

func peopleBlocks(f *flow.Facts) []service.Block {
	var out []service.Block
	for _, p := range []struct {
		title string
		who   service.Person
	}{{"持证人", f.Case.Holder}, {"经办人", f.Visit.Agent}} {
		if p.who.Name == "" {
			continue
		}
		out = append(out, heading(p.title), grid(2, pair("姓名", p.who.Name), pair("手机", p.who.Mobile), wide("证件号码", p.who.Number)))
	}
	return out
}

func productPairs(f *flow.Facts) []service.Pair {
	project, err := f.Catalog.Project(f.Case.Project)
	if err != nil {
		return nil
	}
	d, err := project.Product(f.Case.Product)
	if err != nil {
		return nil
	}
	pairs := []service.Pair{pair("应用项目", project.Name), pair("证书产品", d.Name), pair("服务期限", Term(f).ZH), pair("密钥算法", formAlgorithm(d.Alg))}
	for _, x := range d.Fields {
		pairs = append(pairs, pair(x.Label.ZH, f.Get("x."+x.Name)))
	}
	if lines, err := fee.Lines(f.Catalog, f.Case); err == nil && fee.Total(lines) > 0 {
		pairs = append(pairs, pair("应收费用", "￥"+fee.Total(lines).String()))
	}
	return pairs
}

func materialBlocks(f *flow.Facts, ms []catalog.Material) []service.Block {
	if len(ms) == 0 {
		return nil
	}
	b := service.Block{Type: service.BlockChecks}
	for _, m := range ms {
		b.Checks = append(b.Checks, service.Check{Label: m.Label.ZH, Done: f.Get("material."+m.Code) != ""})
	}
	return []service.Block{heading("提交材料"), b}
}

func declaration(f *flow.Facts) service.Block {
	text := "申请人声明：以上信息真实、准确、完整；已妥善保管介质并自行设置 PIN。"
	if f.Get("agreement") != "" {
		text = "申请人声明：以上信息真实、准确、完整；已阅读并同意《电子认证服务协议》（版本 " + clip(f.Get("agreement"), 12) + "）与个人信息授权书。"
	}
	return service.Block{Type: service.BlockText, Text: text}
}

func signatures(f *flow.Facts) service.Block {
	if f.Customer.Type == service.Individual {
		return service.Block{Type: service.BlockSignatures, Pairs: []service.Pair{pair("申请人签字", ""), pair("受理员", f.Case.By[service.EnteredBy].Name)}}
	}
	return service.Block{Type: service.BlockSignatures, Pairs: []service.Pair{
		pair("单位（公章）", ""), pair("经办人签字", ""), pair("受理员", f.Case.By[service.EnteredBy].Name),
	}}
}
