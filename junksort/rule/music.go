package rule

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Music is what a piece of music says about itself.
type Music struct{ Artist, Album, Title, Genre, Year string }

// tagged bounds what is read of a file for its tags, in bytes: cover pictures may come before them.
const tagged = 1 << 20

// ReadMusic reads the tags of MP3 (ID3v2.2 to 2.4, ID3v1), FLAC, Ogg Vorbis and Opus. What is missing or damaged is
// empty.
func ReadMusic(r io.ReaderAt, size int64) Music {
	data := make([]byte, min(size, tagged))
	n, _ := r.ReadAt(data, 0) // a shorter file ends earlier
	data = data[:n]
	var m Music
	switch {
	case bytes.HasPrefix(data, []byte("ID3")):
		m = id3(data)
	case bytes.HasPrefix(data, []byte("fLaC")):
		m = flac(data[4:])
	case bytes.HasPrefix(data, []byte("OggS")):
		m = ogg(data)
	}
	if m == (Music{}) && size > 128 {
		last := make([]byte, 128)
		if _, err := r.ReadAt(last, size-128); err == nil && string(last[:3]) == "TAG" {
			text := func(b []byte) string { return latin(bytes.TrimRight(b, "\x00 ")) }
			m = Music{Title: text(last[3:33]), Artist: text(last[33:63]), Album: text(last[63:93]), Year: text(last[93:97])}
		}
	}
	return m
}

// id3 reads the frames of an ID3v2 tag (id3.org, 2.3.0 and 2.4.0).
func id3(data []byte) Music {
	if len(data) < 10 {
		return Music{}
	}
	version, all := data[3], data[10:]
	if n := syncsafe(data[6:10]); n < len(all) {
		all = all[:n]
	}
	if data[5]&0x40 != 0 && len(all) >= 4 { // an extended header
		n := int(binary.BigEndian.Uint32(all)) + 4
		if version == 4 {
			n = syncsafe(all)
		}
		if n < 0 || n > len(all) {
			return Music{}
		}
		all = all[n:]
	}
	var m Music
	head, idLength := 10, 4
	if version == 2 {
		head, idLength = 6, 3
	}
	for len(all) >= head && all[0] != 0 {
		id, n := string(all[:idLength]), 0
		switch version {
		case 2:
			n = int(all[3])<<16 | int(all[4])<<8 | int(all[5])
		case 4:
			n = syncsafe(all[4:8])
		default:
			n = int(binary.BigEndian.Uint32(all[4:8]))
		}
		if n < 0 || n > len(all)-head {
			break
		}
		m.learn(id, id3Text(all[head:head+n]))
		all = all[head+n:]
	}
	return m
}

func syncsafe(b []byte) int {
	return int(b[0]&0x7f)<<21 | int(b[1]&0x7f)<<14 | int(b[2]&0x7f)<<7 | int(b[3]&0x7f)
}

// learn takes over a value by the name that its format gives it.
func (m *Music) learn(name, value string) {
	value = strings.TrimSpace(value)
	for _, field := range []struct {
		names string
		into  *string
	}{
		{"TPE1 TP1 ARTIST", &m.Artist},
		{"TALB TAL ALBUM", &m.Album},
		{"TIT2 TT2 TITLE", &m.Title},
		{"TCON TCO GENRE", &m.Genre},
		{"TDRC TYER TYE DATE", &m.Year},
	} {
		for _, n := range strings.Fields(field.names) {
			if n == strings.ToUpper(name) && *field.into == "" {
				*field.into = value
			}
		}
	}
	if len(m.Year) > 4 {
		m.Year = m.Year[:4]
	}
}

// id3Text reads a text frame, whose first byte names its encoding. Of several values the first counts.
func id3Text(frame []byte) string {
	if len(frame) < 1 {
		return ""
	}
	text := frame[1:]
	switch frame[0] {
	case 1, 2:
		return wide(text, frame[0] == 2)
	case 3:
		text, _, _ = bytes.Cut(text, []byte{0})
		return strings.ToValidUTF8(string(text), "")
	}
	text, _, _ = bytes.Cut(text, []byte{0})
	return latin(text)
}

// wide reads UTF-16, with a byte order mark unless big says that it is big-endian.
func wide(text []byte, big bool) string {
	var order binary.ByteOrder = binary.LittleEndian
	if big || bytes.HasPrefix(text, []byte{0xfe, 0xff}) {
		order = binary.BigEndian
	}
	if !big && len(text) >= 2 {
		text = text[2:]
	}
	var units []uint16
	for ; len(text) >= 2; text = text[2:] {
		u := order.Uint16(text)
		if u == 0 {
			break
		}
		units = append(units, u)
	}
	return string(utf16.Decode(units))
}

// latin reads what should be Latin-1 by the standard, but may be UTF-8 or a Windows code page.
func latin(text []byte) string {
	if utf8.Valid(text) {
		return string(text)
	}
	s, err := charmap.Windows1251.NewDecoder().String(string(text))
	if err != nil {
		return ""
	}
	return s
}

// flac looks for the block of comments (FLAC format, block type 4).
func flac(data []byte) Music {
	for len(data) >= 4 {
		kind, n := data[0]&0x7f, int(data[1])<<16|int(data[2])<<8|int(data[3])
		last := data[0]&0x80 != 0
		if n > len(data)-4 {
			break
		}
		if kind == 4 {
			return comments(data[4 : 4+n])
		}
		if last {
			break
		}
		data = data[4+n:]
	}
	return Music{}
}

// ogg looks for the comments in the second packet, which begins a page (RFC 7845, Vorbis I).
func ogg(data []byte) Music {
	for _, mark := range []string{"\x03vorbis", "OpusTags"} {
		if i := bytes.Index(data, []byte(mark)); i >= 0 {
			return comments(data[i+len(mark):])
		}
	}
	return Music{}
}

// comments reads a list of Vorbis comments: NAME=value.
func comments(data []byte) Music {
	var m Music
	next := func() []byte {
		if len(data) < 4 {
			return nil
		}
		n := int64(binary.LittleEndian.Uint32(data))
		if n > int64(len(data)-4) {
			data = nil
			return nil
		}
		text := data[4 : 4+n]
		data = data[4+n:]
		return text
	}
	next() // the vendor
	if len(data) < 4 {
		return m
	}
	count := binary.LittleEndian.Uint32(data)
	data = data[4:]
	for ; count > 0 && len(data) >= 4; count-- {
		name, value, ok := strings.Cut(string(next()), "=")
		if ok && utf8.ValidString(value) {
			m.learn(name, value)
		}
	}
	return m
}
