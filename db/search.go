package db

import (
	"strings"

	"certdesk/service"
)

// term is a sealed value that can be found again by exact match.
type term struct{ column, value string }

// personTerms are what a person is found by. The person of each table has keys of its own.
func personTerms(p service.Person) []term {
	return []term{{"name", normalName(p.Name)}, {"number", normalNumber(p.Number)}, {"mobile", normalMobile(p.Mobile)}}
}

// textTerms is what a search text may be: a name, a number or a mobile.
func textTerms(text string) []term {
	return personTerms(service.Person{Name: text, Number: text, Mobile: text})
}

func normalName(s string) string { return strings.TrimSpace(s) }

func normalNumber(s string) string { return strings.ToUpper(strings.TrimSpace(s)) }

func normalMobile(s string) string {
	return strings.TrimPrefix(strings.NewReplacer(" ", "", "-", "").Replace(s), "+86")
}

// index replaces the search keys of a row.
func (s *session) index(table, id string, terms []term) error {
	if _, err := s.exec("index", `DELETE FROM search WHERE tbl = ? AND id = ?`, table, id); err != nil {
		return failed("index", err)
	}
	for _, t := range terms {
		key := s.vault.key(table+"."+t.column, t.value)
		if key == nil {
			continue
		}
		if err := s.put("index", `INSERT INTO search (tbl, id, col, key) VALUES (?, ?, ?, ?)`, table, id, t.column, key); err != nil {
			return err
		}
	}
	return nil
}

// found is a subquery for the ids of table whose sealed values equal one of terms. A key belongs to one column of one table,
// so the key alone decides; the plus keeps SQLite from reading the whole table through its primary key to have the ids in order.
func (s *session) found(table string, terms []term) (query string, args []any) {
	args = append(args, table)
	for _, t := range terms {
		if key := s.vault.key(table+"."+t.column, t.value); key != nil {
			args = append(args, key)
		}
	}
	return `SELECT id FROM search WHERE +tbl = ? AND key IN (` + marks(len(args)-1) + `)`, args
}

func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// upTo is the first string after every string that begins with prefix: no text holds the last code point.
func upTo(prefix string) string { return prefix + "\U0010FFFF" }
