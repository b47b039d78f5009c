package event

import "math"

// Limits bound what a document may ask of a reader. The zero value stands for the defaults.
type Limits struct {
	Depth    int   // containers inside each other; 1,000
	Size     int64 // bytes of the input; 1 GiB for Decode and Load, none for streams
	Elements int64 // values in one container, a map's pair counting as one; 100,000,000 for Decode and Load, none for streams
}

const (
	DefaultDepth    = 1000
	defaultSize     = 1 << 30
	defaultElements = 100_000_000
)

// ForTree fills the defaults of documents that are built in memory.
func (l Limits) ForTree() Limits {
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
		l.Depth = DefaultDepth
	}
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
}
