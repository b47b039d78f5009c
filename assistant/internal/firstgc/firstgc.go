// Package firstgc postpones the first garbage collection of the program that imports it until the heap has 16 MiB,
// which short commands never reach: what they allocate is freed when the process ends. From the first collection on,
// the settings are Go's defaults or those of GOGC.
//
// It does so on import, since main would be too late: what the other imported packages allocate starts a collection
// before main begins: see decision 19. Only main imports it.
package firstgc

import (
	"os"
	"runtime"
	"runtime/debug"
)

// atStart is in percent of 4 MiB, the minimum heap size of Go.
const atStart = 400

var _ = putOff(os.Getenv)

// putOff reports whether it has postponed the collection: it does not override the user's setting.
func putOff(getenv func(string) string) bool {
	if getenv("GOGC") != "" || getenv("GOMEMLIMIT") != "" {
		return false
	}
	usual := debug.SetGCPercent(atStart)
	runtime.AddCleanup(new([64]byte), func(percent int) { debug.SetGCPercent(percent) }, usual)
	return true
}
