package archive

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// The ways to compress, beside those of archive/zip (APPNOTE 4.4.5).
const (
	methodBzip2     = 12
	methodLZMA      = 14
	methodZstandard = 93
	methodXZ        = 95
	methodAES       = 99 // not one: the extra field 0x9901 names it
)

func (u *unpacker) zip(file io.ReaderAt, size int64) error {
	r, err := zip.NewReader(file, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return err
	}
	var sum int64
	for _, f := range r.File {
		sum += int64(min(f.UncompressedSize64, 1<<50))
	}
	if err := u.announced(len(r.File), sum); err != nil {
		return err
	}
	names := zipNames(r.File, u.limits.Encoding)
	for i, f := range r.File {
		e := entry{name: names[i], mode: f.Mode(), modified: zipTime(f), size: int64(f.UncompressedSize64)}
		e.open = func() (io.ReadCloser, error) { return u.openZip(f) }
		switch locked := f.Flags&0x1 != 0; {
		case locked && !u.unlock():
			u.count, u.locked = u.count+1, true
			u.leave(e.name, "a password is needed")
			continue
		case !supported(packing(f)):
			u.count++
			u.leave(e.name, "not supported: "+methodName(packing(f)))
			continue
		}
		if !e.mode.IsDir() && e.mode&fs.ModeSymlink == 0 && e.size > 0 {
			e.mode = e.mode.Perm() // what has content is a file: Info-ZIP marks what it read from a pipe as a pipe
		}
		if e.mode&fs.ModeSymlink != 0 {
			if e.link, err = readLink(e.open); err != nil {
				return err
			}
		}
		if err := u.entry(e); err != nil {
			return err
		}
	}
	return nil
}

// methodName names a way to compress that is not supported (APPNOTE 4.4.5).
func methodName(method uint16) string {
	switch method {
	case 9:
		return "Deflate64"
	case 98:
		return "PPMd"
	}
	return fmt.Sprintf("method %d", method)
}

// zipTime returns when an entry was written. The times of DOS are local (APPNOTE 4.4.6), those of the extra fields are
// not.
func zipTime(f *zip.File) time.Time {
	if field(f.Extra, 0x5455) != nil || field(f.Extra, 0x000a) != nil || field(f.Extra, 0x000d) != nil || field(f.Extra,
		0x5855) != nil {
		return f.Modified
	}
	m := f.Modified.UTC()
	return time.Date(m.Year(), m.Month(), m.Day(), m.Hour(), m.Minute(), m.Second(), 0, time.Local)
}

// field returns an extra field of an entry, nil if it has none of that number.
func field(extra []byte, number uint16) []byte {
	for len(extra) >= 4 {
		size := int(binary.LittleEndian.Uint16(extra[2:]))
		if size > len(extra)-4 {
			return nil
		}
		if binary.LittleEndian.Uint16(extra) == number {
			return extra[4 : 4+size : 4+size]
		}
		extra = extra[4+size:]
	}
	return nil
}

// zipNames returns the names of all entries in UTF-8. A name says what it is by a flag or by an extra field (0x7075);
// the others are in one encoding, which is found by the evidence of all of them together.
func zipNames(files []*zip.File, encoding string) []string {
	names := make([]string, len(files))
	var unknown []int
	for i, f := range files {
		names[i] = f.Name
		switch {
		case unicodePath(f) != "":
			names[i] = unicodePath(f)
		case f.Flags&0x800 == 0 && !ascii(f.Name):
			unknown = append(unknown, i)
		}
	}
	if len(unknown) > 0 {
		var all []string
		for _, i := range unknown {
			all = append(all, files[i].Name)
		}
		if m := mapOf(encoding, all); m != nil {
			for _, i := range unknown {
				names[i], _ = m.NewDecoder().String(files[i].Name) // every byte is a letter there
			}
		}
	}
	for i, name := range names {
		if strings.Contains(name, "\\") && (!strings.Contains(name, "/") || files[i].CreatorVersion>>8 == 0) {
			names[i] = strings.ReplaceAll(name, "\\", "/") // as Windows writes them
		}
	}
	return names
}

// unicodePath returns the name of the Info-ZIP Unicode path extra field, if it belongs to the name that the entry has.
func unicodePath(f *zip.File) string {
	extra := field(f.Extra, 0x7075)
	if len(extra) < 6 || extra[0] != 1 || binary.LittleEndian.Uint32(extra[1:]) != crc32.ChecksumIEEE([]byte(f.Name)) ||
		!utf8.Valid(extra[5:]) {
		return ""
	}
	return string(extra[5:])
}

func ascii(name string) bool {
	return !strings.ContainsFunc(name, func(r rune) bool { return r >= utf8.RuneSelf })
}

// mapOf returns the encoding of names, nil for UTF-8.
func mapOf(encoding string, names []string) *charmap.Charmap {
	switch strings.ToLower(encoding) {
	case "cp437":
		return charmap.CodePage437
	case "cp866":
		return charmap.CodePage866
	case "cp1251":
		return charmap.Windows1251
	case "utf-8":
		return nil
	}
	all := strings.Join(names, "/")
	if utf8.ValidString(all) {
		return nil
	}
	best, most := charmap.CodePage437, 0
	for _, m := range []*charmap.Charmap{charmap.CodePage437, charmap.CodePage866, charmap.Windows1251} {
		text, err := m.NewDecoder().String(all)
		if err != nil {
			continue
		}
		if n := plausibility(text); n > most || m == charmap.CodePage437 {
			best, most = m, n
		}
	}
	return best
}

// plausibility rates text that may be in the wrong encoding: words are of one script, in lower case after the first
// letter, and have no box-drawing characters and symbols among them.
func plausibility(text string) int {
	n, before := 0, rune(' ')
	for _, r := range text {
		switch {
		case r < utf8.RuneSelf:
		case unicode.Is(unicode.Cyrillic, r):
			n += 2
			if strings.ContainsRune("ЂЃѓЉЊЌЋЏђљњћџЎўЈЅѕј", r) {
				n -= 4
			}
			if unicode.IsLower(before) && unicode.IsUpper(r) {
				n -= 3
			}
			if strings.ContainsRune("оаеиінтрсвлкОАЕИІНТРСВЛК", r) {
				n++
			}
		case unicode.IsLetter(r):
			n++
			if unicode.IsLower(before) && unicode.IsUpper(r) || unicode.Is(unicode.Greek, r) {
				n -= 3
			}
		default:
			n -= 3
		}
		before = r
	}
	return n
}
