package depot

import (
	"fmt"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longest is how many bytes a name may have, so that a number fits after it on every file system.
const longest = 200

// SafeName returns a name for a file that somebody else has named: one name, not a path, that no terminal obeys, no
// file manager hides or turns around, and every file system takes. A good name stays as it is.
func SafeName(name string) string {
	name = strings.ReplaceAll(name, `\`, "/")
	name = harmless(name[strings.LastIndex(name, "/")+1:])
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:"|?*`, r) {
			return '_'
		}
		return r
	}, name)
	name = strings.TrimRight(name, ". ")
	if strings.HasPrefix(name, ".") {
		name = "_" + name[1:]
	}
	stem, _, _ := strings.Cut(strings.ToUpper(name), ".")
	switch {
	case name == "":
		return "file"
	case reserved(stem):
		name = "_" + name
	}
	return clip(name)
}

// harmless replaces what is not text, and what controls terminals or the direction of the text.
func harmless(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
}

// reserved reports whether Windows takes a name for a device.
func reserved(stem string) bool {
	switch stem {
	case "CON", "PRN", "AUX", "NUL":
		return true
	}
	return len(stem) == 4 && (strings.HasPrefix(stem, "COM") || strings.HasPrefix(stem, "LPT")) && stem[3] >= '0' &&
		stem[3] <= '9'
}

// clip shortens a name between characters, and keeps its extension.
func clip(name string) string {
	if len(name) <= longest {
		return name
	}
	extension := filepath.Ext(name)
	if len(extension) > 20 {
		extension = ""
	}
	stem := name[:longest-len(extension)]
	for !utf8.ValidString(stem) {
		stem = stem[:len(stem)-1]
	}
	return stem + extension
}

// numbered returns the nth name for a file: photo.jpg, photo (2).jpg and so on.
func numbered(name string, n int) string {
	if n == 1 {
		return name
	}
	extension := filepath.Ext(name)
	return fmt.Sprintf("%s (%d)%s", strings.TrimSuffix(name, extension), n, extension)
}
