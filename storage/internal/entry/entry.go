// Package entry is the form in which a cached value is stored: with everything needed to be sure that it is the value
// of this key, of this type, complete and not expired. Whatever the bytes are, Open either proves that or refuses them.
package entry

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// The layout, with numbers in big-endian order:
//
//	magic and version 6 · flags 1 · fingerprint 8 · stored 8 · expires 8 · length of key 4 · key · payload · CRC-32C 4
const (
	magic      = "gwLRU\x01"
	headerSize = len(magic) + 1 + 8 + 8 + 8 + 4
	sumSize    = 4

	flagPacked = 1

	// packAbove is the length from which payloads are compressed, unless the codec says otherwise.
	packAbove = 1 << 10
)

// ErrInvalid says that the bytes are not an entry for the wanted key and type.
var ErrInvalid = errors.New("not an entry for this key and type")

// Entry is a cached value and what is known about it.
type Entry struct {
	Fingerprint uint64 // of the value's type
	Stored      int64  // when it was stored, in milliseconds of the server's clock
	Expires     int64  // when it expires on that clock; 0 means never
	Key         []byte // the whole key
	Payload     []byte
}

// Packer compresses payloads. It is safe for concurrent use.
type Packer interface {
	// Pack returns payload in compressed form; ok is false if that is not shorter.
	Pack(payload []byte) (packed []byte, ok bool)
	// Unpack returns what Pack was given, at most MaxPayload bytes, or an error.
	Unpack(packed []byte) ([]byte, error)
}

// MaxPayload bounds a payload in bytes after decompression.
const MaxPayload = 1 << 30

// Codec writes and reads entries. It is safe for concurrent use.
type Codec struct {
	// Packer compresses payloads; nil compresses none, and takes compressed ones for invalid. A program that answers one
	// hit does not want to pay for its set-up.
	Packer Packer
	// Above is the length in bytes from which payloads are compressed; 0 means 1 KiB.
	Above int
}

// Seal returns e as bytes.
func (c *Codec) Seal(e Entry) []byte {
	flags, payload := byte(0), e.Payload
	if c.Packer != nil && len(payload) >= cmp.Or(c.Above, packAbove) {
		if packed, ok := c.Packer.Pack(payload); ok && len(packed) < len(payload)*9/10 {
			flags, payload = flagPacked, packed
		}
	}
	b := make([]byte, 0, headerSize+len(e.Key)+len(payload)+sumSize)
	b = append(append(b, magic...), flags)
	b = binary.BigEndian.AppendUint64(b, e.Fingerprint)
	b = binary.BigEndian.AppendUint64(b, uint64(e.Stored))
	b = binary.BigEndian.AppendUint64(b, uint64(e.Expires))
	b = binary.BigEndian.AppendUint32(b, uint32(len(e.Key)))
	b = append(append(b, e.Key...), payload...)
	return binary.BigEndian.AppendUint32(b, Checksum(b))
}

// Open reads bytes that Seal has written for this key and fingerprint. The payload may share memory with data.
func (c *Codec) Open(data []byte, fingerprint uint64, key []byte) (Entry, error) {
	e, flags, err := parse(data)
	if err != nil || e.Fingerprint != fingerprint || !bytes.Equal(e.Key, key) {
		return Entry{}, ErrInvalid
	}
	return c.unpack(e, flags)
}

// Inspect reads bytes that Seal has written, whatever their key and type.
func (c *Codec) Inspect(data []byte) (Entry, error) {
	e, flags, err := parse(data)
	if err != nil {
		return Entry{}, err
	}
	return c.unpack(e, flags)
}

func (c *Codec) unpack(e Entry, flags byte) (Entry, error) {
	if flags&flagPacked != 0 {
		if c.Packer == nil {
			return Entry{}, ErrInvalid
		}
		payload, err := c.Packer.Unpack(e.Payload)
		if err != nil {
			return Entry{}, ErrInvalid
		}
		e.Payload = payload
	}
	return e, nil
}

// parse checks the frame and returns the entry with its payload as it is stored.
func parse(data []byte) (Entry, byte, error) {
	if len(data) < headerSize+sumSize || string(data[:len(magic)]) != magic {
		return Entry{}, 0, ErrInvalid
	}
	body, sum := data[:len(data)-sumSize], binary.BigEndian.Uint32(data[len(data)-sumSize:])
	if Checksum(body) != sum {
		return Entry{}, 0, ErrInvalid
	}
	rest := body[len(magic)+1:]
	e := Entry{
		Fingerprint: binary.BigEndian.Uint64(rest),
		Stored:      int64(binary.BigEndian.Uint64(rest[8:])),
		Expires:     int64(binary.BigEndian.Uint64(rest[16:])),
	}
	length := binary.BigEndian.Uint32(rest[24:])
	flags, rest := body[len(magic)], rest[28:]
	if uint64(length) > uint64(len(rest)) || flags&^flagPacked != 0 {
		return Entry{}, 0, ErrInvalid
	}
	e.Key, e.Payload = rest[:length], rest[length:]
	return e, flags, nil
}

// Fresh reports whether the entry may be served at a time of the server's clock. An entry from the future is not fresh:
// the clock was set back, and how old it is cannot be known.
func (e Entry) Fresh(now int64) bool {
	return e.Expires == 0 || now < e.Expires && now >= e.Stored-clockSlack
}

// Serveable reports whether the entry, expired or not, may be served while another process renews it.
func (e Entry) Serveable(now, stale int64) bool {
	return e.Expires == 0 || now < e.Expires+stale && now >= e.Stored-clockSlack
}

// clockSlack is by how many milliseconds two estimates of the server's clock may differ.
const clockSlack = 1000

// Checksum is the CRC-32C of b.
func Checksum(b []byte) uint32 { return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)) }
