package filename

import (
	"unicode/utf8"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/romanize"
)

// transliterated returns name in Latin letters with a closing zero, or nil when nothing changes. extension is the
// length of the extension in bytes, which is kept when a name becomes too long. A name that would lose its beginning
// keeps its letters.
func transliterated(name []byte, extension int) dirfd.Name {
	if !romanize.Has(name) {
		return nil
	}
	stem, tail := name, []byte(nil)
	if extension > 0 {
		stem, tail = name[:len(name)-extension-1], name[len(name)-extension-1:]
	}
	whole := romanize.Ukrainian(string(name))
	if whole == "" || whole == "." || whole == ".." || whole[0] == '.' && name[0] != '.' || whole == string(name) {
		return nil
	}
	if len(whole) > maxName && utf8.Valid(stem) {
		end := romanize.Ukrainian(string(tail))
		whole = string(cut([]byte(romanize.Ukrainian(string(stem))), maxName-len(end))) + end
	}
	return dirfd.NameOf(whole)
}
