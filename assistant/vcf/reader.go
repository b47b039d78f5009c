package vcf

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// maxCard is the maximum length in bytes of a card that is read.
const maxCard = 32 << 20

// A SyntaxError says what is wrong with a card or with what is found where a card should be. Reading can go on.
type SyntaxError struct {
	Line    int // where the card or the text starts, from 1
	Problem string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Problem) }

// A Reader reads cards one after another.
type Reader struct {
	lines *bufio.Reader
	line  int    // number of the line that was read last
	next  []byte // a line that was read too early, or nil

	legacy encoding.Encoding // of what is neither UTF-8 nor declared
}

// NewReader returns a reader of r: UTF-8 or UTF-16, with a byte order mark or without, with lines that end with LF, CR
// LF or CR. The encoding of cards that declare none and are not UTF-8 is guessed from the first 256 KiB.
func NewReader(r io.Reader) *Reader {
	lines := bufio.NewReaderSize(byMark(r), modelSize)
	start, _ := lines.Peek(modelSize)
	reader := &Reader{lines: lines}
	if !utf8.Valid(start) || bytes.Contains(start, []byte("QUOTED-PRINTABLE")) {
		reader.legacy = guess(plainText(start))
	} else {
		reader.legacy = charmap.Windows1251
	}
	if bytes.IndexByte(start, '\n') < 0 && bytes.IndexByte(start, '\r') >= 0 {
		reader.lines = bufio.NewReaderSize(&lineFeeds{lines}, 64<<10)
	}
	return reader
}

// modelSize is how much of a file is looked at to guess its encoding.
const modelSize = 256 << 10

// lineFeeds turns CR into LF.
type lineFeeds struct{ r io.Reader }

func (l *lineFeeds) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	for i := range p[:n] {
		if p[i] == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// Next returns the next card. The error is [io.EOF] after the last one, a [SyntaxError] for what is not a whole card,
// after which Next may be called again, or one of reading.
func (r *Reader) Next() (*Card, error) {
	line, err := r.skipBlank()
	if err != nil {
		return nil, err
	}
	start := r.line
	if !isLine(line, "BEGIN:VCARD") {
		return nil, r.skipJunk(start)
	}
	lines := [][]byte{line}
	size, depth := len(line), 1
	for depth > 0 {
		line, err := r.readLine()
		if err == io.EOF {
			return nil, &SyntaxError{start, "the card has no END:VCARD"}
		}
		if err != nil {
			return nil, err
		}
		if isLine(line, "BEGIN:VCARD") {
			if !startsAgent(lines) {
				r.unread(line)
				return nil, &SyntaxError{start, "the card has no END:VCARD"}
			}
			depth++
		}
		if isLine(line, "END:VCARD") {
			depth--
		}
		if size += len(line); size <= maxCard {
			lines = append(lines, line)
		}
	}
	if size > maxCard {
		return nil, &SyntaxError{start, fmt.Sprintf("the card is longer than %d MiB", maxCard>>20)}
	}
	card := parse(lines, r.legacy)
	card.Line = start
	return card, nil
}

// All returns the cards one after another. A [SyntaxError] is about one card, after which others may follow; any other
// error is the last.
func (r *Reader) All() iter.Seq2[*Card, error] {
	return func(yield func(*Card, error) bool) {
		for {
			card, err := r.Next()
			if err == io.EOF {
				return
			}
			var bad *SyntaxError
			if !yield(card, err) || err != nil && !errors.As(err, &bad) {
				return
			}
		}
	}
}

// Parse reads the first card of source.
func Parse(source []byte) (*Card, error) {
	card, err := NewReader(bytes.NewReader(source)).Next()
	if err == io.EOF {
		return nil, errors.New("not a vCard")
	}
	return card, err
}

// skipJunk skips what is found where a card should begin, and returns an error that says so.
func (r *Reader) skipJunk(start int) error {
	for {
		line, err := r.readLine()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if line = bytes.TrimPrefix(line, []byte("\ufeff")); isLine(line, "BEGIN:VCARD") {
			r.unread(line)
			break
		}
	}
	return &SyntaxError{start, "not a vCard: BEGIN:VCARD expected"}
}

func (r *Reader) skipBlank() ([]byte, error) {
	for {
		line, err := r.readLine()
		if err != nil {
			return line, err
		}
		// Files that were concatenated have marks in the middle, and some programs put a frame around all cards.
		line = bytes.TrimPrefix(line, []byte("\ufeff"))
		if len(bytes.TrimSpace(line)) > 0 && !isLine(line, "BEGIN:VADDRESSBOOK") && !isLine(line, "END:VADDRESSBOOK") {
			return line, nil
		}
	}
}

// readLine returns the next line with its end. What is beyond the length of the longest card is left out.
func (r *Reader) readLine() ([]byte, error) {
	if line := r.next; line != nil {
		r.next = nil
		r.line++
		return line, nil
	}
	var line []byte
	for {
		part, err := r.lines.ReadSlice('\n')
		if len(line) <= maxCard {
			line = append(line, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err == io.EOF && len(line) > 0 {
			err = nil
		}
		if err != nil {
			return nil, err
		}
		r.line++
		return line, nil
	}
}

func (r *Reader) unread(line []byte) {
	r.next = line
	r.line--
}

// isLine reports whether a line is the wanted one, regardless of case and of space around it.
func isLine(line []byte, want string) bool {
	return len(line) > 0 && line[0] != ' ' && line[0] != '\t' && strings.EqualFold(string(bytes.TrimSpace(line)), want)
}

// startsAgent reports whether the last line is the AGENT property of version 2.1, which a whole card follows, or a line
// of such a card.
func startsAgent(lines [][]byte) bool {
	for _, line := range slices.Backward(lines[1:]) {
		name := strings.ToUpper(string(bytes.TrimSpace(line)))
		if name != "" {
			return strings.HasPrefix(name, "AGENT") && strings.HasSuffix(name, ":")
		}
	}
	return false
}

// byMark decodes UTF-16, which begins with a mark or with the B of BEGIN next to a zero byte, and removes the mark of
// UTF-8.
func byMark(r io.Reader) io.Reader {
	buffered := bufio.NewReader(r)
	mark, _ := buffered.Peek(3)
	if bytes.HasPrefix(mark, []byte("\xff\xfe")) || bytes.HasPrefix(mark, []byte("\xfe\xff")) {
		return transform.NewReader(buffered, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder())
	}
	if len(mark) >= 2 && mark[1] == 0 && mark[0] != 0 {
		return transform.NewReader(buffered, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder())
	}
	if len(mark) >= 2 && mark[0] == 0 && mark[1] != 0 {
		return transform.NewReader(buffered, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder())
	}
	if string(mark) == "\xef\xbb\xbf" {
		_, _ = buffered.Discard(3)
	}
	return buffered
}
