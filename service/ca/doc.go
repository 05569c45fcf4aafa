// Package ca is the centre's own domain: its keys and certificates, the profile table, issue of dual pairs with escrow by the
// KMC, confirmation and revocation, the stations and what they are sent, and the events that come back. It knows neither HTTP
// nor SQL: service/ca/server is its front, db/cadb its store.
//
// The centre is stateless over its store: every act is one transaction and leaves a line in the centre's chained log. Private
// keys, customers' subjects and staff are sealed by the centre's data key; sealed values are bound to the row they stand in.
package ca
