// Package biz lists the business types. A new one adds its folder and one line here.
package biz

import (
	"certdesk/service/biz/changepin"
	"certdesk/service/biz/issue"
	"certdesk/service/biz/unlock"
	"certdesk/service/flow"
)

// All lists the businesses in the order of their codes.
func All() []flow.Definition {
	return []flow.Definition{
		issue.Definition(),
		unlock.Definition(),
		changepin.Definition(),
	}
}
