package filename

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// maxUnits is the longest name of exFAT, NTFS and FAT, in units of UTF-16.
const maxUnits = 255

// Portable returns name in a form that exFAT, NTFS, FAT and SMB can hold, or nil when it is in one: without characters
// that are reserved there, without dots and spaces at its end, not a device name, and not too long. extension is the
// length of the extension in bytes; the extension is kept.
func Portable(name []byte, extension int) dirfd.Name {
	changed := bytes.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`<>:"\|?*`, r) || r == utf8.RuneError {
			return '_'
		}
		return r
	}, name)
	trimmed := bytes.TrimRight(changed, ". ")
	changed = append(trimmed[:len(trimmed):len(trimmed)], bytes.Repeat([]byte("_"), len(changed)-len(trimmed))...)
	stem, _, _ := strings.Cut(string(changed), ".")
	if device(strings.TrimRight(stem, " ")) {
		changed = append([]byte("_"), changed...)
	}
	tail := extension + 1
	if extension == 0 || tail > len(changed) {
		tail = 0
	}
	for front := len(changed) - tail; units(changed) > maxUnits || len(changed) > maxName; front = len(changed) - tail {
		_, size := utf8.DecodeLastRune(changed[:front])
		changed = append(changed[:front-size:front-size], changed[front:]...)
	}
	if bytes.Equal(changed, name) {
		return nil
	}
	return dirfd.NameOf(string(changed))
}

func units(name []byte) int { return len(utf16.Encode([]rune(string(name)))) }

// device reports whether a name is that of a device on Windows.
func device(stem string) bool {
	upper := strings.ToUpper(stem)
	switch upper {
	case "CON", "PRN", "AUX", "NUL":
		return true
	}
	return len(upper) == 4 && (strings.HasPrefix(upper, "COM") || strings.HasPrefix(upper, "LPT")) && '1' <= upper[3] &&
		upper[3] <= '9'
}

// Style says how files are named.
type Style struct {
	Transliterate bool // Ukrainian in Latin letters
	Portable      bool // in a form that every file system can hold
}

// Of returns the name that a file gets, or nil for the one it has. extension is the length of its extension.
func (s Style) Of(name []byte, extension int) dirfd.Name {
	var changed dirfd.Name
	if s.Transliterate {
		if changed = transliterated(name, extension); changed != nil {
			name = changed.Bytes()
		}
	}
	if s.Portable {
		if fit := Portable(name, extension); fit != nil {
			changed = fit
		}
	}
	return changed
}

// Unholdable replaces an error about a new name that means that the file system cannot hold such names by one that says
// so.
func Unholdable(name dirfd.Name, extension int, err error) error {
	refused := errors.Is(err, unix.EINVAL) || errors.Is(err, unix.EILSEQ) || errors.Is(err, unix.ENAMETOOLONG) ||
		errors.Is(err, unix.ENOENT)
	if refused && Portable(name.Bytes(), extension) != nil {
		return fmt.Errorf("the file system cannot hold the name %s (--portable changes it)", strconv.Quote(name.String()))
	}
	return err
}
