package stream

// A Shard is every Count-th place of the input, from place Index on, counted from 0. The zero value is all of it.
type Shard struct {
	Index, Count int
}

func (s Shard) has(place int) bool { return s.Count <= 1 || place%s.Count == s.Index }

// counted reports whether the places of the tokens matter.
func (o *Options) counted() bool { return o.Records || o.Shard.Count > 1 }

// tokens is how many places the batch takes.
func (b *batch) tokens(o *Options) int {
	if b.overlong {
		return 1
	}
	count := len(b.words)
	for rest := b.text; ; count++ {
		n := blanks(rest)
		if rest = rest[n:]; len(rest) == 0 {
			return count
		}
		rest = rest[o.tokenLength(rest):]
	}
}

// blanks is the length of the blanks at the beginning of text.
func blanks(text []byte) int {
	n := 0
	for n < len(text) && isBlank(text[n]) {
		n++
	}
	return n
}
