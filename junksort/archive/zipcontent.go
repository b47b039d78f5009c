package archive

import (
	"archive/zip"
	"bytes"
	"compress/bzip2"
	"compress/flate"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
	"github.com/ulikunitz/xz/lzma"
)

// errDamaged reports a content that is not what the archive says.
var errDamaged = errors.New("its content is damaged")

// packing returns how an entry is compressed, also under a password.
func packing(f *zip.File) uint16 {
	if extra := field(f.Extra, 0x9901); f.Method == methodAES && len(extra) >= 7 {
		return binary.LittleEndian.Uint16(extra[5:])
	}
	return f.Method
}

func supported(method uint16) bool {
	switch method {
	case zip.Store, zip.Deflate, methodBzip2, methodLZMA, methodZstandard, methodXZ:
		return true
	}
	return false
}

// unlock reports whether there is a password.
func (u *unpacker) unlock() bool {
	_, ok := u.password()
	return ok
}

// openZip opens the content of an entry.
func (u *unpacker) openZip(f *zip.File) (io.ReadCloser, error) {
	if method := packing(f); f.Flags&0x1 == 0 && (method == zip.Store || method == zip.Deflate) {
		return f.Open()
	}
	r, err := f.OpenRaw()
	if err != nil {
		return nil, err
	}
	checked := true
	if f.Flags&0x1 != 0 {
		if r, checked, err = u.decrypted(f, r); err != nil {
			return nil, err
		}
	}
	doubtful := f.Flags&0x1 != 0 && f.Method != methodAES
	content, err := inflated(f, r)
	if err != nil && doubtful {
		return nil, u.doubt(err)
	}
	if err != nil {
		return nil, err
	}
	c := &checkedContent{r: content, rest: r, left: int64(f.UncompressedSize64)}
	if checked {
		c.sum, c.want = crc32.NewIEEE(), f.CRC32
	}
	if doubtful {
		return &doubtfulContent{c, u}, nil
	}
	return c, nil
}

// doubt says what is wrong with content behind PKWARE's encryption, whose check byte lets one wrong password in 256
// pass.
func (u *unpacker) doubt(err error) error {
	return fmt.Errorf("%w, or the content is damaged: %w", u.needsPassword(), err)
}

// doubtfulContent is a content behind PKWARE's encryption.
type doubtfulContent struct {
	*checkedContent
	u *unpacker
}

func (d *doubtfulContent) Read(p []byte) (int, error) {
	n, err := d.checkedContent.Read(p)
	if err != nil && err != io.EOF {
		err = d.u.doubt(err)
	}
	return n, err
}

// inflated decompresses the content of an entry.
func inflated(f *zip.File, r io.Reader) (io.Reader, error) {
	switch packing(f) {
	case zip.Store:
		return r, nil
	case zip.Deflate:
		return flate.NewReader(r), nil
	case methodBzip2:
		return bzip2.NewReader(r), nil
	case methodXZ:
		return xz.ReaderConfig{DictCap: 64 << 20}.NewReader(r)
	case methodZstandard:
		return zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(256<<20))
	case methodLZMA: // two bytes of version, two of length, five of properties (APPNOTE 5.8.8); then as in a .lzma
		head := make([]byte, 9)
		if _, err := io.ReadFull(r, head); err != nil {
			return nil, err
		}
		if binary.LittleEndian.Uint16(head[2:]) != 5 || binary.LittleEndian.Uint32(head[5:]) > 256<<20 {
			return nil, errDamaged
		}
		size := f.UncompressedSize64
		if f.Flags&0x2 != 0 { // an end marker
			size = 1<<64 - 1
		}
		return lzma.NewReader(io.MultiReader(bytes.NewReader(binary.LittleEndian.AppendUint64(head[4:9:9], size)), r))
	}
	return nil, fmt.Errorf("not supported: %s", methodName(packing(f)))
}

// checkedContent compares length and checksum with those that the archive names. The underlying reader is read to its
// end, where an authentication code may be.
type checkedContent struct {
	r, rest io.Reader
	sum     hash.Hash32 // nil where the archive names none
	want    uint32
	left    int64
}

func (c *checkedContent) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return 0, errDamaged
	}
	if c.sum != nil {
		c.sum.Write(p[:n])
	}
	if err == io.EOF {
		if c.left != 0 || c.sum != nil && c.sum.Sum32() != c.want {
			return n, errDamaged
		}
		if _, err := io.Copy(io.Discard, c.rest); err != nil {
			return n, err
		}
	}
	return n, err
}

func (c *checkedContent) Close() error { return nil }

// decrypted decrypts the content of an entry. checked says that the checksum of the entry counts.
func (u *unpacker) decrypted(f *zip.File, r io.Reader) (_ io.Reader, checked bool, err error) {
	if f.Method == methodAES {
		return u.decryptedAES(f, r)
	}
	head := make([]byte, 12)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, false, err
	}
	k := newZipKeys(u.secret)
	k.decrypt(head)
	last := byte(f.ModifiedTime >> 8)
	if f.Flags&0x8 == 0 {
		last = byte(f.CRC32 >> 24)
	}
	if head[11] != last {
		return nil, false, u.needsPassword()
	}
	return &zipDecrypter{r: r, keys: k}, true, nil
}

// zipKeys are those of the old encryption of PKWARE (APPNOTE 6.1), which everybody still writes.
type zipKeys [3]uint32

func newZipKeys(password string) *zipKeys {
	k := &zipKeys{0x12345678, 0x23456789, 0x34567890}
	for _, b := range []byte(password) {
		k.update(b)
	}
	return k
}

func (k *zipKeys) update(b byte) {
	k[0] = crc32Byte(k[0], b)
	k[1] = (k[1]+k[0]&0xff)*134775813 + 1
	k[2] = crc32Byte(k[2], byte(k[1]>>24))
}

func crc32Byte(sum uint32, b byte) uint32 { return crc32.IEEETable[byte(sum)^b] ^ sum>>8 }

func (k *zipKeys) decrypt(p []byte) {
	for i := range p {
		t := uint16(k[2]) | 2
		p[i] ^= byte(t * (t ^ 1) >> 8)
		k.update(p[i])
	}
}

type zipDecrypter struct {
	r    io.Reader
	keys *zipKeys
}

func (d *zipDecrypter) Read(p []byte) (int, error) {
	n, err := d.r.Read(p)
	d.keys.decrypt(p[:n])
	return n, err
}

// decryptedAES decrypts what WinZip has encrypted (winzip.com/aes_info.htm): a salt, two bytes to know the password by,
// the content in counter mode, ten bytes of its authentication code.
func (u *unpacker) decryptedAES(f *zip.File, r io.Reader) (io.Reader, bool, error) {
	extra := field(f.Extra, 0x9901)
	if len(extra) < 7 || extra[4] < 1 || extra[4] > 3 {
		return nil, false, errDamaged
	}
	length := 8 + 8*int(extra[4]) // of the key: 16, 24 or 32
	head := make([]byte, length/2+2)
	size := int64(f.CompressedSize64) - int64(len(head)) - 10
	if _, err := io.ReadFull(r, head); err != nil || size < 0 {
		return nil, false, errDamaged
	}
	keys, err := pbkdf2.Key(sha1.New, u.secret, head[:length/2], 1000, 2*length+2)
	if err != nil {
		return nil, false, err
	}
	if !hmac.Equal(keys[2*length:], head[length/2:]) {
		return nil, false, u.needsPassword()
	}
	block, err := aes.NewCipher(keys[:length])
	if err != nil {
		return nil, false, err
	}
	d := &aesDecrypter{r: io.LimitReader(r, size), code: r, block: block, mac: hmac.New(sha1.New, keys[length:2*length])}
	return d, binary.LittleEndian.Uint16(extra) == 1, nil
}

// aesDecrypter counts in little-endian, which crypto/cipher does not.
type aesDecrypter struct {
	r, code io.Reader
	block   cipher.Block
	mac     hash.Hash
	counter uint64
	pad     []byte // what is left of the current block of the key stream
	checked bool
}

func (d *aesDecrypter) Read(p []byte) (int, error) {
	n, err := d.r.Read(p)
	d.mac.Write(p[:n])
	for i := range p[:n] {
		if len(d.pad) == 0 {
			d.counter++
			in := make([]byte, aes.BlockSize)
			binary.LittleEndian.PutUint64(in, d.counter)
			d.pad = make([]byte, aes.BlockSize)
			d.block.Encrypt(d.pad, in)
		}
		p[i] ^= d.pad[0]
		d.pad = d.pad[1:]
	}
	if err == io.EOF && !d.checked {
		d.checked = true
		code := make([]byte, 10)
		if _, e := io.ReadFull(d.code, code); e != nil || !hmac.Equal(code, d.mac.Sum(nil)[:10]) {
			return n, errDamaged
		}
	}
	return n, err
}
