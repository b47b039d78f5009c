// Package wire is what every format is made of: the window of the input that its reader looks at, the bytes of its
// writer that were not handed over yet, what a second reading has to know, and its description.
package wire
