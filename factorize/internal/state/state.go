// Package state keeps what is known of a number while it is factored, so that a later process goes on where this one
// is stopped or killed. The file is a header with the number, and records that are only appended, each with its
// length and checksum: a record that was being written when the process died is recognised and dropped.
package state

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"iter"
	"math/big"
	"os"

	"github.com/pythonweb/goweb/console/atomicfile"
)

const header = "factorize state 1\n"

// maxRecord bounds the records that are believed to be some.
const maxRecord = 1 << 28

// The kinds of records: a number, relations of a cofactor, and a divisor of one.
const (
	kindNumber   = 'n'
	kindRelation = 'r'
	kindDivisor  = 'd'
)

// ErrForeign is returned for a file that keeps another number.
var ErrForeign = errors.New("keeps the state of another number")

// A File is the state of one number. Its methods may not be called at the same time.
type File struct {
	file    *os.File
	flush   func() error // to the disk; tests put their own here
	records []record
}

// A record is what is known of a cofactor.
type record struct {
	kind     byte
	cofactor string
	data     []byte
}

// Open opens the state of number at path, or creates it.
func Open(path string, number *big.Int) (*File, error) {
	content, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	want := frame(record{kindNumber, number.String(), nil})
	f := &File{}
	whole := 0
	if len(content) > 0 {
		if whole, err = f.parse(content, number); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	if whole == 0 || whole < len(content) {
		// Begun anew, or without what a killed process has left at its end.
		err := atomicfile.Write(path, 0o600, func(w io.Writer) error {
			if whole > 0 {
				_, err := w.Write(content[:whole])
				return err
			}
			_, err := w.Write(append([]byte(header), want...))
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	if f.file, err = os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0); err != nil {
		return nil, err
	}
	f.flush = f.file.Sync
	return f, nil
}

// parse reads the records and returns how much of the content is whole.
func (f *File) parse(content []byte, number *big.Int) (int, error) {
	if !bytes.HasPrefix(content, []byte(header)) {
		return 0, errors.New("is not a state of factorize (give another file)")
	}
	rest := content[len(header):]
	for first := true; ; first = false {
		r, size := unframe(rest)
		switch {
		case first && (size == 0 || r.kind != kindNumber):
			return 0, errors.New("is damaged: it does not say which number it belongs to (delete it)")
		case first && r.cofactor != number.String():
			return 0, fmt.Errorf("%w, %.20s… of %d digits", ErrForeign, r.cofactor, len(r.cofactor))
		case size == 0:
			return len(content) - len(rest), nil
		case !first:
			f.records = append(f.records, r)
		}
		rest = rest[size:]
	}
}

// frame is the record as bytes: lengths and a checksum before the content.
func frame(r record) []byte {
	body := append([]byte{r.kind}, binary.AppendUvarint(nil, uint64(len(r.cofactor)))...)
	body = append(append(body, r.cofactor...), r.data...)
	out := binary.LittleEndian.AppendUint32(nil, uint32(len(body)))
	out = binary.LittleEndian.AppendUint32(out, crc32.Checksum(body, crc32.MakeTable(crc32.Castagnoli)))
	return append(out, body...)
}

// unframe returns the first record and its size, or 0 if that is not whole.
func unframe(b []byte) (record, int) {
	if len(b) < 8 {
		return record{}, 0
	}
	size := int(binary.LittleEndian.Uint32(b))
	if size < 2 || size > maxRecord || len(b) < 8+size {
		return record{}, 0
	}
	body := b[8 : 8+size]
	if crc32.Checksum(body, crc32.MakeTable(crc32.Castagnoli)) != binary.LittleEndian.Uint32(b[4:]) {
		return record{}, 0
	}
	length, n := binary.Uvarint(body[1:])
	if n <= 0 || length > uint64(size-1-n) {
		return record{}, 0
	}
	end := 1 + n + int(length)
	return record{body[0], string(body[1+n : end]), body[end:]}, 8 + size
}

// append writes a record to the disk.
func (f *File) append(r record) error {
	if _, err := f.file.Write(frame(r)); err != nil {
		return fmt.Errorf("keep the state: %w", err)
	}
	if err := f.flush(); err != nil {
		return fmt.Errorf("keep the state: %w", err)
	}
	return nil
}

// Close closes the file.
func (f *File) Close() error { return f.file.Close() }

// A Part is what the file keeps of one cofactor.
type Part struct {
	file     *File
	cofactor string
}

// Part returns the part of a cofactor.
func (f *File) Part(cofactor *big.Int) *Part { return &Part{f, cofactor.String()} }

// Kept yields the relations that were kept.
func (p *Part) Kept() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for _, r := range p.file.records {
			if r.kind == kindRelation && r.cofactor == p.cofactor && !yield(r.data) {
				return
			}
		}
	}
}

// Keep adds relations.
func (p *Part) Keep(relations []byte) error {
	return p.file.append(record{kindRelation, p.cofactor, relations})
}

// Divisor returns the divisor that was found of the cofactor, or nil.
func (p *Part) Divisor() *big.Int {
	for _, r := range p.file.records {
		if r.kind == kindDivisor && r.cofactor == p.cofactor {
			return new(big.Int).SetBytes(r.data)
		}
	}
	return nil
}

// Found adds a divisor.
func (p *Part) Found(d *big.Int) error {
	return p.file.append(record{kindDivisor, p.cofactor, d.Bytes()})
}
