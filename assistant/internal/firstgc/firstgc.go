// Package firstgc puts the first garbage collection of the program that imports it off until the heap has 16 MiB, which
// short commands never reach: what they allocate ends with the process. From the first collection on everything is as
// Go's defaults, or GOGC, have it.
//
// It does so when it is imported, as a program can do nothing earlier, and by then the packages of others that are
// imported, too, have allocated so much that the collection has begun: see decision 19. Only main imports it.
package firstgc

import (
	"os"
	"runtime"
	"runtime/debug"
)

// atStart is in percent of 4 MiB, the least that Go lets a heap grow to.
const atStart = 400

var _ = putOff(os.Getenv)

// putOff reports whether it has put the collection off: it leaves a setting that a person has made.
func putOff(getenv func(string) string) bool {
	if getenv("GOGC") != "" || getenv("GOMEMLIMIT") != "" {
		return false
	}
	usual := debug.SetGCPercent(atStart)
	runtime.AddCleanup(new([64]byte), func(percent int) { debug.SetGCPercent(percent) }, usual)
	return true
}
