// Package wal is a file of records that a program writes before it acts, and reads after it was killed.
//
// Every record carries its length and checksums over head and body, seeded with a random number of the file and the
// record's place, so that neither a stale block nor a file name with crafted bytes passes for a record. Reading tells
// two kinds of damage apart: a last record that was cut off (the file ends before it does, or its rest was never
// written and reads as zeros) is what a crash leaves and is tolerated; anything else is corruption and ErrCorrupt.
//
//	file   = "junkwal1" salt(8) record...
//	record = kind(1) 0(3) length(4) head-checksum(4) body-checksum(4) body
//
// Numbers are little-endian, checksums CRC-32C.
package wal

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
)

const (
	magic      = "junkwal1"
	preamble   = len(magic) + 8
	headLength = 16
	// MaxRecord bounds a record's body in bytes.
	MaxRecord = 64 << 20
)

// ErrCorrupt reports damage that a crash cannot explain.
var ErrCorrupt = errors.New("journal is corrupt")

// Writer appends records to a file. It is for one goroutine.
type Writer struct {
	file   *os.File
	salt   uint32
	end    int64
	buffer []byte
}

// Create begins a file that was just created and is empty.
func Create(file *os.File) (*Writer, error) {
	head := make([]byte, preamble)
	copy(head, magic)
	rand.Read(head[len(magic):]) // never fails (Go 1.24)
	if _, err := file.Write(head); err != nil {
		return nil, err
	}
	return &Writer{file: file, salt: saltOf(head), end: int64(preamble)}, nil
}

func saltOf(head []byte) uint32 { return crc32.Checksum(head, table()) }

func table() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// Append writes one record with one write call. After an error the file may hold a cut-off record, which Read
// tolerates and the next Open removes.
func (w *Writer) Append(kind byte, body []byte) error {
	if len(body) > MaxRecord {
		return fmt.Errorf("record of %d bytes is over %d", len(body), MaxRecord)
	}
	w.buffer = append(w.buffer[:0], kind, 0, 0, 0)
	w.buffer = binary.LittleEndian.AppendUint32(w.buffer, uint32(len(body)))
	w.buffer = binary.LittleEndian.AppendUint32(w.buffer, headSum(w.salt, w.end, w.buffer))
	w.buffer = binary.LittleEndian.AppendUint32(w.buffer, crc32.Update(w.salt, table(), body))
	w.buffer = append(w.buffer, body...)
	if _, err := w.file.WriteAt(w.buffer, w.end); err != nil {
		return err
	}
	w.end += int64(len(w.buffer))
	return nil
}

// headSum covers kind, length and the place in the file.
func headSum(salt uint32, at int64, head []byte) uint32 {
	place := binary.LittleEndian.AppendUint64(nil, uint64(at))
	return crc32.Update(crc32.Update(salt, table(), place), table(), head[:8])
}

// Size returns the length of the file in bytes.
func (w *Writer) Size() int64 { return w.end }

// Reopen continues with the same file, which was closed meanwhile and not changed.
func (w *Writer) Reopen(file *os.File) { w.file = file }

// Sync waits until all records are on the disk.
func (w *Writer) Sync() error { return datasync(w.file) }

// Close closes the file.
func (w *Writer) Close() error { return w.file.Close() }

// Record is one record of a file.
type Record struct {
	Kind byte
	At   int64 // place of its first byte
	Body []byte
}

// Reader reads the records of a file.
type Reader struct {
	file io.ReaderAt
	size int64
	salt uint32
	next int64 // 0: the file's own head is cut off
	torn bool
}

// NewReader reads file, which has size bytes. A file cut off in its own head has no records and is torn.
func NewReader(file io.ReaderAt, size int64) (*Reader, error) {
	head := make([]byte, preamble)
	n, err := file.ReadAt(head[:min(size, int64(preamble))], 0)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if n < preamble || zeros(head) {
		if begun := min(n, len(magic)); string(head[:begun]) != magic[:begun] && !zeros(head[:n]) {
			return nil, fmt.Errorf("%w: not a journal", ErrCorrupt)
		}
		return &Reader{size: 0, torn: true}, nil
	}
	if string(head[:len(magic)]) != magic {
		return nil, fmt.Errorf("%w: not a journal", ErrCorrupt)
	}
	return &Reader{file: file, size: size, salt: saltOf(head), next: int64(preamble)}, nil
}

// Next returns the next record, io.EOF after the last whole one, or ErrCorrupt. Its Body is a new slice.
func (r *Reader) Next() (Record, error) { return r.NextOf(nil) }

// NextOf is Next, but skips the bodies of records whose kind the function does not want: they are neither read nor
// checked, and the Body is nil. A nil function wants all.
func (r *Reader) NextOf(read func(kind byte) bool) (Record, error) {
	rest := r.size - r.next
	if rest <= 0 {
		return Record{}, io.EOF
	}
	if rest < headLength {
		r.torn = true
		return Record{}, io.EOF
	}
	head := make([]byte, headLength)
	if _, err := r.file.ReadAt(head, r.next); err != nil {
		return Record{}, err
	}
	length := int64(binary.LittleEndian.Uint32(head[4:]))
	if binary.LittleEndian.Uint32(head[8:]) != headSum(r.salt, r.next, head) || length > MaxRecord {
		return r.damaged("the head")
	}
	if length > rest-headLength {
		r.torn = true
		return Record{}, io.EOF
	}
	if read != nil && !read(head[0]) {
		record := Record{Kind: head[0], At: r.next}
		r.next += headLength + length
		return record, nil
	}
	body := make([]byte, length)
	if _, err := r.file.ReadAt(body, r.next+headLength); err != nil && err != io.EOF {
		return Record{}, err
	}
	if binary.LittleEndian.Uint32(head[12:]) != crc32.Update(r.salt, table(), body) {
		return r.damaged("the body")
	}
	record := Record{Kind: head[0], At: r.next, Body: body}
	r.next += headLength + length
	return record, nil
}

// block is the smallest unit that a disk writes as a whole or not at all.
const block = 512

// damaged decides about a record whose checksum is wrong: if everything from some block to the end of the file is
// zeros, the rest never reached the disk.
func (r *Reader) damaged(what string) (Record, error) {
	written, err := r.lastWritten()
	if err != nil {
		return Record{}, err
	}
	if unwritten := (written + block) / block * block; unwritten < r.size {
		r.torn = true
		return Record{}, io.EOF
	}
	return Record{}, fmt.Errorf("%w: %s of the record at byte %d has a wrong checksum", ErrCorrupt, what, r.next)
}

// lastWritten returns the place of the last byte that is not zero, at or after the current record.
func (r *Reader) lastWritten() (int64, error) {
	last := r.next
	buffer := make([]byte, 64<<10)
	for at := r.next; at < r.size; {
		n, err := r.file.ReadAt(buffer[:min(int64(len(buffer)), r.size-at)], at)
		if n == 0 && err != nil {
			return 0, err
		}
		for i := n - 1; i >= 0; i-- {
			if buffer[i] != 0 {
				last = at + int64(i)
				break
			}
		}
		at += int64(n)
	}
	return last, nil
}

func zeros(bytes []byte) bool {
	for _, b := range bytes {
		if b != 0 {
			return false
		}
	}
	return true
}

// Torn reports, after Next returned io.EOF, whether the last record was cut off.
func (r *Reader) Torn() bool { return r.torn }

// At moves the reader to the record that begins at a place that an earlier Record named.
func (r *Reader) At(place int64) { r.next = place }

// Writer returns a writer that goes on after the last record that Next returned, and removes what lies behind it. Next
// must have returned io.EOF. The writer takes the file over.
func (r *Reader) Writer(file *os.File) (*Writer, error) {
	if r.next == 0 {
		if err := file.Truncate(0); err != nil {
			return nil, err
		}
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
		return Create(file)
	}
	if err := file.Truncate(r.next); err != nil {
		return nil, err
	}
	return &Writer{file: file, salt: r.salt, end: r.next}, nil
}
