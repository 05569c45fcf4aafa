// Package flowtest is a whole counter for tests of cases: a real store in a folder, real soft UKeys, a real centre behind its real
// protocol on loopback, people, customers and a catalog of its own, with faults that strike where a test says.
package flowtest
