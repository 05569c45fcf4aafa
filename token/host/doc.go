// Package host runs a vendor's token library in a process of its own, so that its crash, hang or leak is an error that the clerk
// reads and not the end of the station. [Serve] is the child, over any [token.Driver]; [Start] gives the station a [Driver] that
// speaks to such a child through its standard input and output.
//
// # What an error means
//
// A child that dies, or that is killed because an act took longer than its limit, ends every call under way with TokenHostDied or
// TokenHung, and every later call of its sessions with the same code. These stand beside TokenRemoved: nobody knows what the act did
// to the token, the session is dead, and a new one has to look. They are codes of their own, since the way out differs: nothing
// is to be plugged in. Who keeps a journal of acts must leave such an act open. The next List, Open or Watch starts a new child:
// at once, or after a pause that grows from 100 ms to 10 s while children die young. List is tried again by itself; after
// Config.Deaths young deaths in a row it gives the error instead of waiting, until the pause is over.
//
// # Limits
//
// A call begins when it is handed to the child; a context that ends later does not break it off (see token.Owner). Its limit does
// not strike while another call is within its own limit that had begun by the time the first ran out: libraries that do one thing
// at a time would otherwise have a list of the readers end a key generation. So a hang is found after the longest limit of the calls
// it holds up, and one more of its own, at most.
//
// # The pipe
//
// A frame is its length (4 bytes, big endian, at most 4 MiB) and one message in the fixed binary form of message.go. The child
// begins with a hello that has the protocol's version, the driver's name or what kept it from opening. Requests and replies are
// matched by number; a watch gets a reply for each list. Whatever does not decode to the last byte ends the child. PINs cross only
// here; every buffer that held a frame is cleared after use on both sides.
package host
