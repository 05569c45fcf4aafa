package service

import "strings"

// Kind is a business code as typed at the counter (交易码); combined kinds are joined with "+".
type Kind string

// Kinds of this release; the folders under service/biz define what they do.
const (
	KindIssue     Kind = "1001" // 初次办理
	KindUnlock    Kind = "2001" // 解锁
	KindChangePIN Kind = "2002" // 修改 PIN
)

// Parts splits combined kinds.
func (k Kind) Parts() []Kind {
	var ks []Kind
	for _, p := range strings.Split(string(k), "+") {
		ks = append(ks, Kind(p))
	}
	return ks
}

// Stage is one place on the clerk's stepper.
type Stage string

// Stages in their usual order; a project may put review before fee.
const (
	StageIdentity Stage = "identity" // 身份核验
	StageIntake   Stage = "intake"   // 业务与资料
	StageFee      Stage = "fee"      // 收费
	StageReview   Stage = "review"   // 审核
	StageMake     Stage = "make"     // 制证
	StageHandover Stage = "handover" // 打印与交付
)

// Title is the stage as the stepper shows it.
func (s Stage) Title() Text { return stageTitles[s] }

var stageTitles = map[Stage]Text{
	StageIdentity: T("身份核验", "Identity"),
	StageIntake:   T("业务与资料", "Details"),
	StageFee:      T("收费", "Fee"),
	StageReview:   T("审核", "Review"),
	StageMake:     T("制证", "Token"),
	StageHandover: T("打印与交付", "Hand-over"),
}

// Status is where a case stands (DESIGN 4).
type Status string

// Statuses of a case.
const (
	Draft      Status = "draft"      // 暂存
	Accepted   Status = "accepted"   // 已受理
	Unpaid     Status = "unpaid"     // 待缴费
	Review     Status = "review"     // 待审核
	Approved   Status = "approved"   // 待制证
	Making     Status = "making"     // 制证中
	Produced   Status = "produced"   // 待交付
	Completed  Status = "completed"  // 已完成
	Rejected   Status = "rejected"   // 已退回
	Unfinished Status = "unfinished" // 已发证未写完
	Failed     Status = "failed"     // 异常待处理
	CancelledS Status = "cancelled"  // 已撤销
)

// Statuses lists every status in the order of the counter.
func Statuses() []Status {
	return []Status{Draft, Accepted, Unpaid, Review, Approved, Making, Produced, Completed, Rejected, Unfinished, Failed, CancelledS}
}

var statusTitles = map[Status]Text{
	Draft: T("暂存", "Draft"), Accepted: T("已受理", "Accepted"), Unpaid: T("待缴费", "Unpaid"),
	Review: T("待审核", "To review"), Approved: T("待制证", "To make"), Making: T("制证中", "Making"),
	Produced: T("待交付", "To hand over"), Completed: T("已完成", "Completed"), Rejected: T("已退回", "Sent back"),
	Unfinished: T("已发证未写完", "Issued, token unfinished"), Failed: T("异常待处理", "Needs attention"),
	CancelledS: T("已撤销", "Cancelled"),
}

// Title is the status as shown.
func (s Status) Title() Text { return statusTitles[s] }

// Closed reports whether nothing more happens to the case.
func (s Status) Closed() bool { return s == Completed || s == CancelledS }

var nextStatuses = map[Status][]Status{
	Draft:      {Accepted, CancelledS},
	Accepted:   {Unpaid, Review, Approved, Draft, CancelledS},
	Unpaid:     {Review, Approved, Accepted, CancelledS},
	Review:     {Approved, Unpaid, Rejected, CancelledS},
	Rejected:   {Accepted, CancelledS},
	Approved:   {Making, Accepted, CancelledS}, // Accepted: reopened where no approval was needed
	Making:     {Produced, Unfinished, Failed, Approved},
	Unfinished: {Making, Failed},
	Failed:     {Making, Approved, CancelledS},
	Produced:   {Completed},
}

// CanBecome reports whether a case may go from s to next (DESIGN 4); staying is always allowed.
func (s Status) CanBecome(next Status) bool {
	if s == next {
		return true
	}
	for _, n := range nextStatuses[s] {
		if n == next {
			return true
		}
	}
	return false
}

// MoneyStatus is the state of a case's money, apart from the case's own.
type MoneyStatus string

// Money statuses.
const (
	MoneyNone      MoneyStatus = "none" // nothing is charged
	MoneyDue       MoneyStatus = "due"
	MoneyPaid      MoneyStatus = "paid"
	MoneyRefundDue MoneyStatus = "refund-due"
	MoneyRefunded  MoneyStatus = "refunded"
)

var moneyTitles = map[MoneyStatus]Text{
	MoneyNone: T("不收费", "No charge"), MoneyDue: T("待缴", "Due"), MoneyPaid: T("已缴", "Paid"),
	MoneyRefundDue: T("待退费", "Refund due"), MoneyRefunded: T("已退费", "Refunded"),
}

// Title is the money status as shown.
func (m MoneyStatus) Title() Text { return moneyTitles[m] }
