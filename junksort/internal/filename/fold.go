package filename

import (
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Folded returns a form in which names are equal if a file system on another computer could take them for one: without
// case and in one Unicode normalization form. Names that are not UTF-8 are returned unchanged.
func Folded(name []byte) []byte {
	if !utf8.Valid(name) {
		return name
	}
	return norm.NFD.Bytes(cases.Fold().Bytes(norm.NFD.Bytes(name)))
}
