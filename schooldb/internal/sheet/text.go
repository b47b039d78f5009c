package sheet

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/pythonweb/goweb/schooldb/internal/rfc4180"
)

// evidence is how many bytes of a file are looked at to find its encoding.
const evidence = 1 << 20

// textRows are the rows of a CSV file.
type textRows struct {
	*rfc4180.Reader
	file *os.File
}

// Close closes the file.
func (r *textRows) Close() error { return r.file.Close() }

func openText(path string) (Rows, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	buffered := bufio.NewReaderSize(file, evidence)
	head, err := beginning(buffered, file)
	if err != nil && err != io.EOF {
		file.Close()
		return nil, err
	}
	var in io.Reader = buffered
	if e := encodingOf(head); e != nil {
		in = e.NewDecoder().Reader(buffered)
	}
	return &textRows{rfc4180.NewReader(in), file}, nil
}

// beginning returns the first bytes of a text; of a pipe, those that are there.
func beginning(r *bufio.Reader, file *os.File) ([]byte, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if info.Mode().IsRegular() {
		return r.Peek(evidence)
	}
	if _, err := r.Peek(1); err != nil {
		return nil, err
	}
	return r.Peek(r.Buffered())
}

// encodingOf returns the encoding of a text that begins so, nil for UTF-8: by its byte order mark, or UTF-16 when every
// other byte is mostly zero, or Windows-1251 when it is not UTF-8 and its bytes beyond ASCII are Cyrillic letters.
func encodingOf(head []byte) encoding.Encoding {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return nil
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	}
	var zeros [2]int
	for i, c := range head {
		if c == 0 {
			zeros[i%2]++
		}
	}
	switch few := len(head) / 10; {
	case zeros[1] > few && zeros[0] <= zeros[1]/8:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case zeros[0] > few && zeros[1] <= zeros[0]/8:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	}
	if isWindows1251(head) {
		return charmap.Windows1251
	}
	return nil
}

// isWindows1251 reports whether a text has more bytes that are not UTF-8 than characters that are, and nearly all
// of them are letters in Windows-1251.
func isWindows1251(head []byte) bool {
	characters, letters, others := 0, 0, 0
	for len(head) > 0 {
		r, n := utf8.DecodeRune(head)
		switch {
		case n > 1:
			characters++
		case r == utf8.RuneError && (len(head) > utf8.UTFMax || utf8.FullRune(head)):
			switch c := head[0]; {
			case c >= 0xc0, bytes.IndexByte([]byte("\xa5\xb4\xaa\xba\xb2\xb3\xaf\xbf\xa8\xb8"), c) >= 0: // ҐґЄєІіЇїЁё
				letters++
			case bytes.IndexByte([]byte("\xab\xbb\xb9\x92\x93\x94\x96\x97\xa0"), c) < 0: // «»№’“”–— and the no-break space
				others++
			}
		}
		head = head[n:]
	}
	return letters > characters && letters > 8*others
}
