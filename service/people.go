package service

import "time"

// Role is a post at the counter (DESIGN 12).
type Role string

// Roles.
const (
	RoleClerk      Role = "clerk"      // 受理员
	RoleReviewer   Role = "reviewer"   // 审核员
	RoleMaker      Role = "maker"      // 制证员
	RoleSupervisor Role = "supervisor" // 主管
)

var roleTitles = map[Role]Text{
	RoleClerk: T("受理员", "Clerk"), RoleReviewer: T("审核员", "Reviewer"),
	RoleMaker: T("制证员", "Maker"), RoleSupervisor: T("主管", "Supervisor"),
}

// Title is the role as shown.
func (r Role) Title() Text { return roleTitles[r] }

// Permission is something a role may do.
type Permission string

// Permissions.
const (
	MayServe    Permission = "serve"    // identity, intake, fee, hand-over
	MayReview   Permission = "review"   // approve or send back
	MayMake     Permission = "make"     // personalise tokens
	MayOverride Permission = "override" // accept a number that fails its check, erase a foreign token
	MayViewAll  Permission = "view-all" // cases and ledgers of everybody
)

var permissions = map[Role][]Permission{
	RoleClerk:      {MayServe, MayMake},
	RoleReviewer:   {MayReview, MayServe},
	RoleMaker:      {MayMake},
	RoleSupervisor: {MayServe, MayReview, MayMake, MayOverride, MayViewAll},
}

// May reports whether the role holds the permission.
func (r Role) May(p Permission) bool {
	for _, have := range permissions[r] {
		if have == p {
			return true
		}
	}
	return false
}

// Staff is a person who signs in. Password is an argon2id string.
type Staff struct {
	ID       string    `json:"id"`    // stable
	Login    string    `json:"login"` // digits, for the number pad
	Name     string    `json:"name"`
	Role     Role      `json:"role"`
	Password string    `json:"password"`
	Active   bool      `json:"active"`
	Failures int       `json:"-"` // wrong passwords in a row
	LockedTo time.Time `json:"-"`
}

// Actor is who does an act. The zero Actor is the station itself.
type Actor struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Role Role   `json:"role"`
}

// StationActor is the station acting by itself: start, reconcile, spool.
func StationActor() Actor { return Actor{ID: "station", Name: "station"} }

// May reports whether the actor holds the permission.
func (a Actor) May(p Permission) bool { return a.Role.May(p) }

// Stamp is who did something to a case, and when.
type Stamp struct {
	Staff string    `json:"staff"`
	Name  string    `json:"name"`
	At    time.Time `json:"at"`
}

// Duty is one of the five acts whose doer stays on the case.
type Duty string

// Duties.
const (
	EnteredBy  Duty = "entered"
	PaidBy     Duty = "paid"
	ReviewedBy Duty = "reviewed"
	MadeBy     Duty = "made"
	HandedBy   Duty = "handed"
)

var dutyTitles = map[Duty]Text{
	EnteredBy: T("录入", "Entered"), PaidBy: T("收款", "Paid"), ReviewedBy: T("审核", "Reviewed"),
	MadeBy: T("制证", "Made"), HandedBy: T("交付", "Handed over"),
}

// Title is the duty as shown.
func (d Duty) Title() Text { return dutyTitles[d] }
