package sqldb

import (
	"strings"
	"testing"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// Every code of the driver's own list that is not a programmer's mistake is plain words with something to do.
func TestFileReasonOfEveryCode(t *testing.T) {
	silent := map[int]bool{ // no error, or a mistake in a program
		lib.SQLITE_OK: true, lib.SQLITE_ERROR: true, lib.SQLITE_INTERNAL: true, lib.SQLITE_NOTFOUND: true,
		lib.SQLITE_EMPTY: true, lib.SQLITE_MISMATCH: true, lib.SQLITE_MISUSE: true, lib.SQLITE_RANGE: true,
		lib.SQLITE_NOTICE: true, lib.SQLITE_WARNING: true, lib.SQLITE_ROW: true, lib.SQLITE_DONE: true,
	}
	for code, name := range sqlite.ErrorCodeString {
		problem, hint := fileReason(code, name)
		if (problem == "" || hint == "") != silent[code&0xff] || strings.Contains(problem+hint, "SQLITE_") {
			t.Errorf("%d %s: %q (%q)", code, name, problem, hint)
		}
	}
}
