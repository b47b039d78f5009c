//go:build unix && !linux

package lanchat

// endFollows is 0 where the end of the stream is sent separately.
const endFollows = 0
