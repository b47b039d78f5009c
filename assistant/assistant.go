// Package assistant is a personal address book with notes.
package assistant
