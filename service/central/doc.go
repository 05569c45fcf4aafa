// Package central is the station's client of its centre: it joins, asks for certificates over CMP (RFC 9810), and pulls and
// sends what the JSON protocol of service/wire carries, all over TLS 1.3 with P-256 certificates on both sides.
//
// The line's certificates only carry the line. What the centre answers is believed for its own signature: a CMP reply must be
// protected by the centre's CMP signer under the SM2 root that the station pinned when it joined, and both certificates of a
// pair are checked against what was asked before they leave this package.
//
// Errors are CAUnreachable (no line), CASlow (a line, no answer in time), CAGarbage (an answer that is not of the protocol),
// CARefused, CAUntrusted, CAMismatch, CAConflict, StationUnknown, NotJoined, and Cancelled where the caller's context ended.
package central
