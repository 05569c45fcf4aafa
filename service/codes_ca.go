package service

// Codes of the centre itself, seen by its administrator and, for events, in a station's log.
const (
	CentreBare   Code = "centre.bare"   // the centre's store has not been initialised
	CentreExists Code = "centre.exists" // the centre's store is initialised already
	EventGap     Code = "event.gap"     // an event is missing before this one; args: want, have
	EventFork    Code = "event.fork"    // another event stands at this place: two machines in one epoch; args: epoch, seq
)
