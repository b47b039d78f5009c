package filename

import (
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Folded returns the form in which two names are equal that a file system of another computer takes for one: without
// case and in one Unicode form. Names that are no UTF-8 are themselves.
func Folded(name []byte) []byte {
	if !utf8.Valid(name) {
		return name
	}
	return norm.NFD.Bytes(cases.Fold().Bytes(norm.NFD.Bytes(name)))
}
