// Package problem writes what went wrong on a command line: the words of the counter, with the code behind them, and no Go text.
package problem

import (
	"fmt"
	"io"
	"os"
	"strings"

	"certdesk/service"
	"certdesk/tui/text"
)

// Write says what happened, why, what to do next, and the code. The internals stay out of sight, except for a fault in the program
// itself and where CERTDESK_DEBUG asks for them.
func Write(w io.Writer, err error, lang service.Lang) {
	x := text.Explain(err, lang)
	for i, line := range []string{x.Title, x.Cause, x.Next, "[" + string(service.CodeOf(err)) + "]"} {
		if i > 0 && line != "" {
			line = "  " + line
		}
		if line != "" {
			fmt.Fprintln(w, line)
		}
	}
	if service.CodeOf(err) == service.Internal || os.Getenv("CERTDESK_DEBUG") != "" {
		fmt.Fprintln(w, "  "+err.Error())
	}
}

// Usage says that the command line itself is wrong, without the words of the library that parsed it.
func Usage(w io.Writer, program string, err error, lang service.Lang) {
	what, _, _ := strings.Cut(err.Error(), ": strconv.")
	fmt.Fprintln(w, service.T("命令用法不对：", "wrong usage: ").In(lang)+what)
	fmt.Fprintln(w, service.T("  用法见 ", "  see ").In(lang)+program+" --help")
}
