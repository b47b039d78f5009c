// Package xz unpacks untrusted files in the xz format and in the older .lzma format. The underlying decoder allocates
// the memory that a file claims to need, up to 4 GiB; here a file gets only what it can fill.
//
// The format is described at https://tukaani.org/xz/xz-file-format.txt.
package xz

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/ulikunitz/xz/lzma"
)

// Magic is the signature with which a file begins.
const Magic = "\xfd7zXZ\x00"

// ErrFormat is the error of a broken file.
var ErrFormat = errors.New("the xz file is broken")

const (
	// densest is the most bytes that LZMA can make of one: 273 from 14 decisions, each of which takes at least a 45th of a
	// bit.
	densest = 8192

	largestDictionary = 1 << 30
)

// Dictionary returns the size of the dictionary for a decoder of packed bytes whose header claims a size.
func Dictionary(claimed, packed uint64) uint32 {
	return uint32(max(min(claimed, min(packed, largestDictionary)*densest, largestDictionary), lzma.MinDictCap))
}

// NewLZMA returns a reader of what a file in the .lzma format unpacks to.
func NewLZMA(data []byte) (io.Reader, error) {
	if len(data) < lzma.HeaderLen {
		return nil, ErrFormat
	}
	claimed := binary.LittleEndian.Uint32(data[1:])
	header := binary.LittleEndian.AppendUint32([]byte{data[0]}, Dictionary(uint64(claimed), uint64(len(data))))
	return lzma.NewReader(io.MultiReader(bytes.NewReader(header), bytes.NewReader(data[5:])))
}

// NewReader returns a reader of what a file, or several concatenated files, unpack to.
func NewReader(data []byte) io.Reader { return &reader{rest: data} }

type reader struct {
	rest  []byte // after the last block whose content was read
	check byte   // the type of the checksums
	in    bool   // a stream has begun
	block io.Reader
	data  *bytes.Reader // of the block
}

func (r *reader) Read(p []byte) (int, error) {
	for {
		if r.block == nil {
			if err := r.next(); err != nil {
				return 0, err
			}
		}
		n, err := r.block.Read(p)
		if err != io.EOF {
			return n, err
		}
		if err := r.shut(); n > 0 || err != nil {
			return n, err
		}
	}
}

// next begins the next block.
func (r *reader) next() error {
	for {
		if !r.in {
			r.rest = bytes.TrimLeft(r.rest, "\x00") // padding between two files
			if len(r.rest) == 0 {
				return io.EOF
			}
			if !bytes.HasPrefix(r.rest, []byte(Magic)) || len(r.rest) < 12 {
				return ErrFormat
			}
			r.in, r.check, r.rest = true, r.rest[7]&15, r.rest[12:]
		}
		switch {
		case len(r.rest) == 0:
			return ErrFormat
		case r.rest[0] != 0:
			return r.open()
		}
		if err := r.index(); err != nil {
			return err
		}
	}
}

// open reads the head of a block.
func (r *reader) open() error {
	size := 4 * (int(r.rest[0]) + 1)
	if size > len(r.rest) {
		return ErrFormat
	}
	head := bytes.NewReader(r.rest[2:size])
	flags := r.rest[1]
	for bit := byte(0x40); bit != 0; bit <<= 1 { // the sizes of the block, packed and unpacked
		if flags&bit != 0 {
			if _, err := binary.ReadUvarint(head); err != nil {
				return ErrFormat
			}
		}
	}
	id, err := binary.ReadUvarint(head)
	if err != nil {
		return ErrFormat
	}
	if id != 0x21 || flags&3 != 0 {
		return fmt.Errorf("the xz file is packed with filter %d, which is not supported: unpack it first", id)
	}
	one, _ := head.ReadByte()
	settings, err := head.ReadByte()
	if err != nil || one != 1 || settings > 40 {
		return ErrFormat
	}
	r.data = bytes.NewReader(r.rest[size:])
	dictionary := Dictionary(uint64(2|settings&1)<<(settings/2+11), uint64(r.data.Len()))
	r.block, err = lzma.Reader2Config{DictCap: int(dictionary)}.NewReader2(r.data)
	return err
}

// shut skips what follows the content of a block: up to three bytes, and a checksum. A wrong one must hide nothing.
func (r *reader) shut() error {
	behind := r.data.Len()
	packed := r.data.Size() - int64(behind)
	skip := int(-packed & 3)
	if r.check > 0 {
		skip += 4 << ((r.check - 1) / 3)
	}
	if skip > behind {
		return ErrFormat
	}
	r.rest = r.rest[len(r.rest)-behind+skip:]
	r.block = nil
	return nil
}

// index skips the index and the footer at the end of a file.
func (r *reader) index() error {
	at := bytes.NewReader(r.rest[1:])
	n, err := binary.ReadUvarint(at)
	for ; err == nil && n > 0; n-- {
		if _, err = binary.ReadUvarint(at); err == nil {
			_, err = binary.ReadUvarint(at)
		}
	}
	size := len(r.rest) - at.Len()
	size += -size&3 + 4 + 12 // to the next multiple of four; two checksums, and the footer
	if err != nil || size > len(r.rest) {
		return ErrFormat
	}
	r.in, r.rest = false, r.rest[size:]
	return nil
}
