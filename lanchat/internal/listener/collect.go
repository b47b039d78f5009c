package listener

import (
	"runtime/debug"
	"sync"
)

// collector tunes the garbage collector for a listener. Most of the load are texts and handshakes, almost none of which
// live long: by default the collector would run for every four megabytes of them, which costs a sixth of their time.
// Near the limit, which only large texts of many senders reach, it runs as often as it must. A file leaves less garbage
// in the time of many texts, and must not take more memory the larger it is.
type collector struct {
	mu     sync.Mutex
	taking int // files that are arriving
}

const (
	percentOfTexts = 400
	percentOfFiles = 10
	memoryLimit    = 512 << 20
)

// CollectRarely returns a collector for a listener that is not receiving a file.
func CollectRarely() *collector {
	debug.SetGCPercent(percentOfTexts)
	debug.SetMemoryLimit(memoryLimit)
	return &collector{}
}

// File is called when a file begins to arrive, and returns a function to be called when that has ended.
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
		debug.FreeOSMemory() // garbage of earlier texts
	}
}
