package listener

import (
	"runtime/debug"
	"sync"
)

// collector suits the garbage collector to what a listener does. Most of it are texts and handshakes, of which next to
// nothing lives long: by itself the collector would run for every four megabytes of them, which costs a sixth of
// their time. Near the limit, which only large texts of many senders come to, it runs as often as it must. A file
// leaves less behind in the time of many texts, and is to take no more memory the larger it is.
type collector struct {
	mu     sync.Mutex
	taking int // files that are arriving
}

const (
	percentOfTexts = 400
	percentOfFiles = 10
	memoryLimit    = 512 << 20
)

// CollectRarely begins with a listener that takes no file.
func CollectRarely() *collector {
	debug.SetGCPercent(percentOfTexts)
	debug.SetMemoryLimit(memoryLimit)
	return &collector{}
}

// File is told that a file begins to arrive, and returns what is to be called when it does no more.
func (c *collector) File() (ended func()) {
	c.count(1)
	return func() { c.count(-1) }
}

func (c *collector) count(more int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.taking
	if c.taking += more; c.taking == 0 {
		debug.SetGCPercent(percentOfTexts)
	} else if before == 0 {
		debug.SetGCPercent(percentOfFiles)
		debug.FreeOSMemory() // of what the texts before have left behind
	}
}
