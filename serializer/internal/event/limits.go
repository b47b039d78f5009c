package event

import "math"

// Limits bound the resources that a document may demand of a reader. The zero value stands for the defaults.
type Limits struct {
	// Depth is how deep containers may be nested: by default 1,000 for streams and MaxDepth for Decode and Load. Greater
	// numbers mean MaxDepth.
	Depth int
	Size  int64 // bytes of the input; 1 GiB for Decode and Load, none for streams
	// Elements is how many values one container may have, a pair of a map counting as one: 100,000,000 for Decode and
	// Load, none for streams.
	Elements int64
}

// MaxDepth bounds the depth of every document: a recursive walk needs at most about 1 KiB of stack per level, of the 1
// GiB that a goroutine may have.
const MaxDepth = 100_000

const (
	defaultDepth    = 1000
	defaultSize     = 1 << 30
	defaultElements = 100_000_000
)

// ForTree fills in the defaults for documents that are built in memory.
func (l Limits) ForTree() Limits {
	if l.Depth == 0 {
		l.Depth = MaxDepth
	}
	if l.Size == 0 {
		l.Size = defaultSize
	}
	if l.Elements == 0 {
		l.Elements = defaultElements
	}
	return l.ForStream()
}

// ForStream fills in the defaults for documents that only pass through.
func (l Limits) ForStream() Limits {
	if l.Depth == 0 {
		l.Depth = defaultDepth
	}
	l.Depth = min(l.Depth, MaxDepth)
	if l.Size == 0 {
		l.Size = math.MaxInt64
	}
	if l.Elements == 0 {
		l.Elements = math.MaxInt64
	}
	return l
}

// Duplicates tells a reader what to do with a map that has the same key twice.
type Duplicates bool

// The choices.
const (
	RefuseDuplicates Duplicates = false
	KeepDuplicates   Duplicates = true
)

// Options configure a reader of events. The zero value refuses duplicates and has the default limits.
type Options struct {
	Limits     Limits
	Duplicates Duplicates
	Plain      bool // every JSON object, and every tag, extension and name of this module, is plain data
}
