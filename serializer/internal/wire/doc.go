// Package wire holds what every format is made of: the window of the input that its reader sees, the bytes of its
// writer that are not flushed yet, what a second pass has to know, and its description.
package wire
