package bind

import "github.com/pythonweb/goweb/serializer/internal/event"

// Unknown tells Decode what to do with a name that a struct does not have.
type Unknown uint8

// The choices. A struct with a map field that is tagged inline keeps unknown names there, whatever is chosen.
const (
	RefuseUnknown Unknown = iota
	IgnoreUnknown
)

// Options determine how Go values are written and read. With the zero value, Decode converts where that is exact,
// refuses unknown names, and keeps what the document does not mention.
type Options struct {
	Unknown  Unknown
	Exact    bool      // values fit into their own Go types only: no 50 into float64, no text into time.Time
	Fresh    bool      // Decode starts from the zero value: what the document does not mention becomes zero
	Registry *Registry // the classes and hooks; nil for the process's registry
}

// Settings are the options and what a format adds to them.
type Settings struct {
	Options
	Duplicates event.Duplicates
	Plain      bool   // without wrappers: what a plain document cannot hold is refused
	Format     string // whose marshalers come first: json, cbor or msgpack
}

func (s *Settings) registry() *Registry {
	if s.Registry == nil {
		return classes
	}
	return s.Registry
}
