// Package rfc4180 reads and writes comma-separated values as RFC 4180 defines them and as spreadsheets write them.
// Unlike encoding/csv it keeps CR LF inside quotes, tells the line on which a record starts, goes on after a wrong
// record, and does not allocate for each record.
package rfc4180

import (
	"bytes"
	"fmt"
	"io"
)

// MaxRecord is the greatest length of a record in bytes: without a limit one quote too few would read the rest of the
// file into memory.
const MaxRecord = 1 << 20

// Reader reads records. Empty lines are skipped. It is used by one goroutine.
type Reader struct {
	r     io.Reader
	comma byte
	buf   []byte // read and not yet returned: buf[pos:]
	pos   int
	eof   bool
	begun bool
	err   error // of r
	line  int   // of buf[pos]

	fields [][]byte
	start  int // the line of the current record
}

// A RecordError is a record that does not follow RFC 4180. The next Read goes on with the next line.
type RecordError struct {
	Reason string
	Rest   bool // there is no next line: where the record ends is unknown
}

func (e *RecordError) Error() string { return e.Reason }

// NewReader returns a Reader of r, which is UTF-8, with or without a byte order mark. The separator is the one of
// comma, semicolon and tab that the first line has most of, or the one that a first line such as sep=; names.
func NewReader(r io.Reader) *Reader {
	return &Reader{r: r, buf: make([]byte, 0, 64<<10), line: 1}
}

// Comma returns the separator, after the first Read.
func (r *Reader) Comma() byte { return r.comma }

// Line returns the physical line, counted from 1, on which the record that Read returned last starts.
func (r *Reader) Line() int { return r.start }

// Read returns the fields of the next record, io.EOF after the last, a *RecordError for a wrong one, with the fields
// before its mistake, or the error of the underlying reader. The fields are valid until the next Read and may be
// changed.
func (r *Reader) Read() ([][]byte, error) {
	if !r.begun {
		if err := r.begin(); err != nil {
			return nil, err
		}
	}
	for {
		r.start = r.line
		done, err := r.parse()
		if done || err != nil {
			if err == nil && len(r.fields) == 0 {
				continue // an empty line
			}
			return r.fields, err
		}
		if len(r.buf)-r.pos >= MaxRecord {
			return nil, r.tooLong()
		}
		if err := r.fill(); err != nil {
			return nil, err
		}
	}
}

// begin skips the byte order mark and chooses the separator.
func (r *Reader) begin() error {
	for bytes.IndexByte(r.buf, '\n') < 0 && !r.eof && len(r.buf) < MaxRecord {
		if err := r.fill(); err != nil {
			return err
		}
	}
	r.begun = true
	if bytes.HasPrefix(r.buf, []byte("\xef\xbb\xbf")) {
		r.pos = 3
	}
	first, _, _ := bytes.Cut(r.buf[r.pos:], []byte{'\n'})
	// Excel's own line before the header, sep=; for example.
	if line := bytes.Trim(bytes.TrimSuffix(first, []byte{'\r'}), `"`); len(line) == 5 &&
		bytes.EqualFold(line[:4], []byte("sep=")) {
		r.comma = line[4]
		r.pos = min(r.pos+len(first)+1, len(r.buf))
		r.line++
		return nil
	}
	r.comma = ','
	for _, comma := range []byte{';', '\t'} {
		if bytes.Count(first, []byte{comma}) > bytes.Count(first, []byte{r.comma}) {
			r.comma = comma
		}
	}
	return nil
}

// fill reads more, and moves what is left to the front.
func (r *Reader) fill() error {
	if r.err != nil {
		return r.err
	}
	if r.pos > 0 {
		r.buf = r.buf[:copy(r.buf, r.buf[r.pos:])]
		r.pos = 0
	}
	if len(r.buf) == cap(r.buf) {
		r.buf = append(make([]byte, 0, 2*cap(r.buf)), r.buf...)
	}
	n, err := r.r.Read(r.buf[len(r.buf):cap(r.buf)])
	r.buf = r.buf[:len(r.buf)+n]
	switch {
	case err == io.EOF:
		r.eof = true
	case err != nil:
		r.err = err
		return err
	}
	return nil
}

// parse sets fields to those of the record at pos and moves pos past it. It reports false, and changes nothing but
// fields, when the record does not end in what has been read.
func (r *Reader) parse() (bool, error) {
	r.fields = r.fields[:0]
	rest := r.buf[r.pos:]
	if len(rest) == 0 {
		if r.eof {
			return false, io.EOF
		}
		return false, nil
	}
	end := bytes.IndexByte(rest, '\n')
	if end < 0 && !r.eof {
		return false, nil
	}
	line := rest
	if end >= 0 {
		line = rest[:end]
	} else {
		end = len(rest) - 1
	}
	if bytes.IndexByte(line, '"') >= 0 {
		return r.parseQuoted(rest)
	}
	r.pos += end + 1
	r.line++
	line = bytes.TrimSuffix(line, []byte{'\r'})
	switch {
	case len(line) == 0:
		return true, nil
	}
	before, _, wrong := bytes.Cut(line, []byte{'\r'})
	for line = before; ; {
		i := bytes.IndexByte(line, r.comma)
		if i < 0 {
			break
		}
		r.fields = append(r.fields, line[:i])
		line = line[i+1:]
	}
	if wrong {
		return true, &RecordError{Reason: "there is a carriage return in a field without quotes"}
	}
	r.fields = append(r.fields, line)
	return true, nil
}

// parseQuoted is parse for a record whose first line has a quote. Quoted fields are unquoted in place.
func (r *Reader) parseQuoted(rest []byte) (bool, error) {
	var spans []span
	pos, lines := 0, 0
	wrong := func(reason string) (bool, error) {
		r.take(bytes.Clone(rest[:pos]), spans) // skipLine may move what has been read
		r.skipLine(pos, lines)
		return true, &RecordError{Reason: reason}
	}
	for {
		field := span{begin: pos}
		if pos < len(rest) && rest[pos] == '"' {
			field.begin++
			pos++
			for {
				i := bytes.IndexByte(rest[pos:], '"')
				if i < 0 {
					if !r.eof {
						return false, nil
					}
					r.pos = len(r.buf)
					r.take(rest, spans)
					return true, &RecordError{Reason: "a quote is opened and never closed", Rest: true}
				}
				lines += bytes.Count(rest[pos:pos+i], []byte{'\n'})
				pos += i + 1
				if pos == len(rest) && !r.eof {
					return false, nil
				}
				if pos == len(rest) || rest[pos] != '"' {
					break
				}
				field.doubled++
				pos++
			}
			field.end = pos - 1
		} else {
			i := bytes.IndexAny(rest[pos:], string(rune(r.comma))+"\r\n\"")
			if i < 0 {
				if !r.eof {
					return false, nil
				}
				i = len(rest) - pos
			}
			pos += i
			field.end = pos
			if pos < len(rest) && rest[pos] == '"' {
				return wrong("there is a quote in a field without quotes")
			}
		}
		spans = append(spans, field)

		switch {
		case pos == len(rest):
			r.end(pos, lines+1)
		case rest[pos] == r.comma:
			pos++
			continue
		case rest[pos] == '\n':
			r.end(pos+1, lines+1)
		case rest[pos] == '\r' && pos+1 == len(rest) && !r.eof:
			return false, nil
		case rest[pos] == '\r' && pos+1 == len(rest):
			r.end(pos+1, lines+1)
		case rest[pos] == '\r' && rest[pos+1] == '\n':
			r.end(pos+2, lines+1)
		case rest[pos] == '\r':
			return wrong("there is a carriage return in a field without quotes")
		default:
			return wrong("there is text after the closing quote")
		}
		break
	}
	r.take(rest, spans)
	return true, nil
}

// span is where a field is, without its quotes, and how many quotes in it are doubled.
type span struct{ begin, end, doubled int }

// take makes fields of spans of text.
func (r *Reader) take(text []byte, spans []span) {
	for _, s := range spans {
		field := text[s.begin:s.end]
		if s.doubled > 0 {
			field = field[:undouble(field)]
		}
		r.fields = append(r.fields, field)
	}
}

// end moves past a record.
func (r *Reader) end(length, lines int) {
	r.pos += length
	r.line += lines
}

// skipLine moves past the line that contains the byte at offset from pos, which is so many lines further.
func (r *Reader) skipLine(offset, lines int) {
	r.pos += offset
	r.line += lines
	for {
		if i := bytes.IndexByte(r.buf[r.pos:], '\n'); i >= 0 {
			r.end(i+1, 1)
			return
		}
		r.pos = len(r.buf)
		if r.eof || r.fill() != nil {
			return
		}
	}
}

// tooLong ends the reading: where the next record begins is unknown.
func (r *Reader) tooLong() error {
	r.err = fmt.Errorf("a record is longer than %d bytes; is a quote missing?", MaxRecord)
	return r.err
}

// undouble makes one quote of every two and returns the new length.
func undouble(field []byte) int {
	to := 0
	for from := 0; from < len(field); from++ {
		field[to] = field[from]
		to++
		if field[from] == '"' {
			from++
		}
	}
	return to
}
