// Package wire is what station and centre say to each other outside CMP: JSON bodies over mutual TLS 1.3 (join, feed, tickets,
// events, errors). Both sides decode strictly: unknown and repeated names, trailing bytes and oversized bodies are refused,
// so that both ends read the same message. Bytes are base64 (RFC 4648, 4), times RFC 3339 in UTC.
package wire

// Paths of the station protocol. PathAnchors and PathJoin are open to a station without a certificate.
const (
	PathAnchors = "/v1/anchors"
	PathJoin    = "/v1/join"
	PathFeed    = "/v1/feed"
	PathRange   = "/v1/range"
	PathTicket  = "/v1/ticket"
	PathEvents  = "/v1/events"
	PathRecall  = "/v1/withdraw"
	PathCMP     = "/pki"
	PathCRL     = "/crl" // of SM2; below it those of the other families, by name
	PathHealth  = "/healthz"
)

// Media types. The CMP one is RFC 9811, 3.3, the CRL one RFC 2585, 4.2.
const (
	TypeJSON = "application/json"
	TypeCMP  = "application/pkixcmp"
	TypeCRL  = "application/pkix-crl"
)

// Size limits in bytes.
const (
	MaxRequest = 1 << 20  // any request body
	MaxReply   = 24 << 20 // any reply body; a CRL of the largest size the parser takes fits, base64 included
	MaxSmall   = 64 << 10 // keys, certificates, names: a single value
	MaxBatch   = 500      // events in one request
)
