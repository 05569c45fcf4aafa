// Package part holds the pieces that pages are made of: fields, forms, menus, tables and boxes. A part takes key events, draws itself
// into an area, and knows nothing of services: it does no I/O.
package part
