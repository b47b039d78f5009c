// Package canonical writes documents whose maps and sets are sorted, of any size, with little memory: what is larger
// than a window is kept in a temporary file until the document is complete.
package canonical
