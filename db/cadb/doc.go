// Package cadb keeps the centre's records in SQLite: it satisfies ca.Store. Statements are plain SQL that PostgreSQL takes too;
// what differs between the two (connection, schema, error codes) stands in open.go, migrations and errors.go.
//
// Durability: WAL with synchronous=FULL, so that what was answered survives a power cut. Acts take the write lock when they
// begin and go one at a time; reads run beside them on a snapshot of their own.
package cadb
