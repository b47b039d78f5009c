// Package json reads and writes JSON (RFC 8259) with the wrapper objects that carry what JSON has no syntax for, and
// the canonical form of RFC 8785.
package json
