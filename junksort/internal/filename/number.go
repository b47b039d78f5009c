// Package filename makes names of files: numbered where a name is taken, in Latin letters, and such that every file
// system can hold them. It touches no file.
package filename

import (
	"strconv"
	"unicode/utf8"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// maxName is the longest name that file systems take, in bytes.
const maxName = 255

// Numbered appends to buffer name with a number before its extension, and the closing zero: "a (2).tar.gz". A name that
// would be too long loses the end of its stem, at a rune boundary.
func Numbered(buffer []byte, name []byte, extension int, n uint32) dirfd.Name {
	tail := name[len(name)-extension:]
	stem := name[:len(name)-extension]
	if extension > 0 {
		stem, tail = stem[:len(stem)-1], name[len(name)-extension-1:]
	}
	var digits [16]byte
	number := append(strconv.AppendUint(append(digits[:0], " ("...), uint64(n), 10), ')')
	stem = cut(stem, maxName-len(number)-len(tail))
	start := len(buffer)
	buffer = append(append(append(append(buffer, stem...), number...), tail...), 0)
	return dirfd.Name(buffer[start:len(buffer):len(buffer)])
}

// cut returns at most n bytes of s, without splitting a rune.
func cut(s []byte, n int) []byte {
	if len(s) <= n {
		return s
	}
	n = max(n, 0)
	for back := 0; n-back > 0 && back < utf8.UTFMax; back++ {
		if utf8.RuneStart(s[n-back]) {
			return s[:n-back]
		}
	}
	return s[:n] // not UTF-8 anyway
}
