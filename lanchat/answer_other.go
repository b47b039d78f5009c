//go:build unix && !linux

package lanchat

// endFollows is nothing where the end of the stream travels alone.
const endFollows = 0
