package wire

// Hints carry to the next pass what the last one over a document found out too late. Where the beginning of something
// depends on its end, more than 64 KiB further on, a reader or writer assumes the likelier; if it was wrong, Copy
// returns [ErrAgain], and the document has to be copied again from its start, with the same Hints for both sides. Every
// pass knows more than the one before, and most documents need only one.
type Hints struct {
	Plain   map[int64]bool   // JSON objects that begin like a wrapper but are not one, by offset
	Pairs   map[int64]bool   // maps that must be written as $dict, by their number in the document
	Lengths map[int64]uint64 // lengths of long MessagePack containers, by their number in the document
	Scan    bool             // a JSON text is to be scanned for such objects before it is read again
	Scanned bool             // it has been
	Retries int              // passes repeated for reasons that lookahead does not find
}

// Forget drops all hints, because the document turned out to be another.
func (h *Hints) Forget() {
	clear(h.Pairs)
	clear(h.Lengths)
}

// NewHints returns empty hints.
func NewHints() *Hints {
	return &Hints{Plain: map[int64]bool{}, Pairs: map[int64]bool{}, Lengths: map[int64]uint64{}}
}
