// Command table puts the results of the token contract into a document, between the marks that stand there:
//
//	CERTDESK_CONTRACT_DIR=/tmp/contract go test -count=1 ./token/...
//	go run ./token/tokentest/table /tmp/contract docs/tokens.md
//
// Without a document it prints the table. It fails where a clause failed or was not run, and writes nothing then.
package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"strings"

	"certdesk/token/tokentest/record"
)

func main() {
	log.SetFlags(0)
	if err := run(os.Args[1:], os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func run(args []string, out io.Writer) error {
	if len(args) < 1 || len(args) > 2 {
		return errors.New("usage: table FOLDER [DOCUMENT]")
	}
	sheets, err := record.Read(args[0])
	if err != nil {
		return err
	}
	gaps := record.Gaps(sheets)
	if len(args) == 1 {
		fmt.Fprint(out, record.Table(sheets))
	}
	if len(gaps) > 0 {
		return fmt.Errorf("%d gaps:\n%s", len(gaps), strings.Join(gaps, "\n"))
	}
	if len(args) == 1 {
		return nil
	}
	return replace(args[1], record.Table(sheets))
}

func replace(path, table string) error {
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text, err := record.Replace(string(old), table)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.WriteFile(path, []byte(text), 0o644)
}
