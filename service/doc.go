// Package service is the centre of the house: the records that are stored, the words of the counter (Kind, Status, Money),
// coded errors, documents, and the ports that adapters satisfy. It imports the standard library only.
//
// Money is an integer in fen (分). Times are UTC. One word for one thing: the names are the terms of the field
// (GM/T 0034, RFC 9810, and the counter's own forms).
package service
