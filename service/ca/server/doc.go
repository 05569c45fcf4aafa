// Package server is the centre's front: HTTPS for its stations, with the JSON protocol of service/wire and CMP (RFC 9810 over
// HTTP as in RFC 9811) beside each other. It reads, judges who asks, hands on to the centre's domain and writes the answer;
// it decides nothing about certificates itself.
//
// The line is TLS 1.3 with P-256 certificates on both sides. Only PathAnchors and PathJoin are open to a station that has no
// certificate yet. A CMP request must also be signed by the RA key of the same station: whoever holds only the line's key, or
// another certificate of the same CA, is refused. It must have been sent within ten minutes of the centre's time and counts once:
// what somebody captured has no effect when it is sent again (ca.Message).
package server
