// Command floor is what no station can start faster than: a Go program that opens the store's file and says so.
package main

import (
	"database/sql"
	"fmt"
	"os"

	_ "modernc.org/sqlite"
)

func main() {
	pool, err := sql.Open("sqlite", "file:"+os.Args[1]+"?mode=rw&_pragma=synchronous(FULL)&_pragma=journal_mode(WAL)")
	if err != nil {
		panic(err)
	}
	defer pool.Close()
	tables := 0
	if err := pool.QueryRow("SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		panic(err)
	}
	fmt.Println("tables", tables)
}
