package event

import "math"

// Limits bound what a document may ask of a reader. The zero value stands for the defaults.
type Limits struct {
	// Depth is how many containers may be inside each other: 1,000 by default for streams and MaxDepth for Decode and
	// Load. Greater numbers mean MaxDepth.
	Depth int
	Size  int64 // bytes of the input; 1 GiB for Decode and Load, none for streams
	// Values in one container, a map's pair counting as one; 100,000,000 for Decode and Load, none for streams.
	Elements int64
}

// MaxDepth bounds the depth of every document: what walks through a document recursively needs at most about 1 KiB of
// stack a level, of the 1 GiB that a goroutine may have.
const MaxDepth = 100_000

const (
	defaultDepth    = 1000
	defaultSize     = 1 << 30
	defaultElements = 100_000_000
)

// ForTree fills the defaults of documents that are built in memory.
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

// ForStream fills the defaults of documents that only pass through.
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

// Duplicates says what a reader does with a map that has the same key twice.
type Duplicates bool

// The two ways.
const (
	RefuseDuplicates Duplicates = false
	KeepDuplicates   Duplicates = true
)

// Options configure a reader of events. The zero value refuses duplicates and has the default limits.
type Options struct {
	Limits     Limits
	Duplicates Duplicates
	Plain      bool // every JSON object and every tag, extension and name of this module's is plain data
}
