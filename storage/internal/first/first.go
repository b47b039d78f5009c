// Package first has package warm answer a command line before the packages of the rest of the program are set up. The
// program imports it only for that.
//
// Go sets packages up in the order of their import paths, each after what it imports (Go specification, "Program
// initialization"). go-redis, urfave/cli and TLS together take longer for that than a hit does, and come after this
// package as long as package warm imports none whose set-up comes late itself. The test of this package watches that.
package first

import (
	"os"

	"github.com/pythonweb/goweb/storage/internal/warm"
)

// down says whether the store failed to answer in time.
var down = answer()

// Down reports whether the store has just failed to answer in time.
func Down() bool { return down }

// answer ends the program if its command line can be answered from memory.
func answer() bool {
	code, answered, down := warm.Answer(os.Args[1:])
	if answered {
		os.Exit(code)
	}
	return down
}
