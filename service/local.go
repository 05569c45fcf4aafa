package service

import "time"

// Local is the zone of the counter: China has one, UTC+8, without summer time. Stores keep UTC.
func Local(t time.Time) time.Time { return t.In(time.FixedZone("CST", 8*3600)) }

// Day is the local date as it stands in numbers: 261121.
func Day(t time.Time) string { return Local(t).Format("060102") }

// Midnight is the start of t's local day, in UTC.
func Midnight(t time.Time) time.Time {
	l := Local(t)
	return time.Date(l.Year(), l.Month(), l.Day(), 0, 0, 0, 0, l.Location()).UTC()
}
