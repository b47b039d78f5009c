// Package sevenzip reads untrusted 7z archives: what they claim is never believed before the bytes are there. It knows
// the methods with which 7-Zip and py7zr store data: LZMA, LZMA2, Deflate, bzip2 and none, each also with the filter
// for x86 executables, which py7zr applies to everything. Other filters, passwords and several volumes are reported as
// such.
//
// The format is described in 7zFormat.txt of the LZMA SDK.
package sevenzip

import (
	"bytes"
	"compress/bzip2"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/ulikunitz/xz/lzma"

	"github.com/pythonweb/goweb/serializer/pickle/internal/xz"
)

// Magic is the signature with which an archive begins.
const Magic = "7z\xbc\xaf\x27\x1c"

// The errors of archives that are broken or encrypted.
var (
	ErrFormat    = errors.New("the 7z archive is broken")
	ErrEncrypted = errors.New("the 7z archive has a password: unpack it first")
)

// mostHeaders is how deep packed headers may be nested.
const mostHeaders = 4

// Walk calls visit with the name and content of every file that has content, in the order in which they are stored, and
// returns the first error, of visit or of the archive. Files after one that cannot be unpacked are still visited if
// they are packed separately. A header may unpack to at most limit bytes.
func Walk(data []byte, limit int64, visit func(name string, content io.Reader) error) error {
	header, err := firstHeader(data)
	for range mostHeaders {
		if err != nil {
			return err
		}
		p := &parser{b: header}
		switch kind := p.byte(); {
		case len(header) == 0:
			return nil // an empty archive
		case kind == idHeader:
			names, s := p.header()
			if p.broken {
				return ErrFormat
			}
			return s.walk(data, limit, names, visit)
		case kind == idEncodedHeader:
			header, err = unpackHeader(data, p, limit)
		default:
			return ErrFormat
		}
	}
	return ErrFormat
}

// firstHeader finds the header, which is at the end.
func firstHeader(data []byte) ([]byte, error) {
	const before = 32
	if len(data) < before || string(data[:len(Magic)]) != Magic {
		return nil, ErrFormat
	}
	offset, size := binary.LittleEndian.Uint64(data[12:]), binary.LittleEndian.Uint64(data[20:])
	rest := uint64(len(data) - before)
	if offset > rest || size > rest-offset {
		return nil, fmt.Errorf("%w: its header is beyond its end, as in the first of several volumes", ErrFormat)
	}
	return data[before+offset:][:size], nil
}

// unpackHeader unpacks a packed header.
func unpackHeader(data []byte, p *parser, limit int64) ([]byte, error) {
	s := p.streams()
	if p.broken || len(s.folders) != 1 {
		return nil, ErrFormat
	}
	var header []byte
	err := s.walk(data, limit, nil, func(_ string, content io.Reader) error {
		var err error
		header, err = io.ReadAll(io.LimitReader(content, limit))
		if err == nil && int64(len(header)) == limit {
			err = fmt.Errorf("%w: its header unpacks to more than %d bytes", ErrFormat, limit)
		}
		return err
	})
	return header, err
}

// A folder is a stream of bytes that are packed together: the content of one or more files.
type folder struct {
	coders  []coder
	steps   []int    // the coders in the order in which they unpack; incomplete if one has several inputs
	last    int      // the coder whose output is the content
	packed  int      // how many packed streams it is unpacked from
	size    uint64   // unpacked
	files   []uint64 // sizes of the files in it
	checked bool     // it has a checksum
}

// A coder is a compression method, or a filter, with its settings.
type coder struct {
	method     string
	properties []byte
	size       uint64 // unpacked
}

// streams are the folders and the packed streams from which they are unpacked.
type streams struct {
	start   uint64
	packed  []uint64
	folders []folder
}

// walk visits the files in the folders.
func (s *streams) walk(
	data []byte, limit int64, names []string, visit func(name string, content io.Reader) error,
) error {
	var failed error
	at, stream, file := s.start, 0, 0
	for _, f := range s.folders {
		var r io.Reader
		err := error(ErrFormat)
		packed := uint64(0)
		for ; f.packed > 0 && stream < len(s.packed); f.packed-- {
			packed += min(s.packed[stream], uint64(len(data)))
			stream++
		}
		if body := data[min(32, len(data)):]; at <= uint64(len(body)) && packed <= uint64(len(body))-at {
			r, err = f.open(body[at:][:packed], limit)
		}
		at += min(packed, uint64(len(data)))
		for _, size := range f.files {
			name := ""
			if file < len(names) {
				name = names[file]
			}
			file++
			if err == nil {
				err = visitFile(r, name, size, visit)
			}
		}
		failed = errors.Join(failed, err)
	}
	return failed
}

// visitFile visits the content of one file, and skips what the visitor has not read.
func visitFile(r io.Reader, name string, size uint64, visit func(name string, content io.Reader) error) error {
	content := &io.LimitedReader{R: r, N: int64(min(size, 1<<62))}
	err := visit(name, content)
	if err == nil {
		_, err = io.Copy(io.Discard, content)
	}
	if err == nil && content.N > 0 {
		err = io.ErrUnexpectedEOF
	}
	if err != nil && name != "" {
		return fmt.Errorf("%s: %w", name, err)
	}
	return err
}

// The methods by their IDs.
const (
	methodCopy    = "\x00"
	methodLZMA    = "\x03\x01\x01"
	methodLZMA2   = "\x21"
	methodX86     = "\x03\x03\x01\x03"
	methodDeflate = "\x04\x01\x08"
	methodBzip2   = "\x04\x02\x02"
	methodAES     = "\x06\xf1\x07\x01"
)

// open returns a reader of the unpacked folder.
func (f *folder) open(packed []byte, limit int64) (io.Reader, error) {
	for _, c := range f.coders {
		if c.method == methodAES {
			return nil, ErrEncrypted
		}
	}
	if len(f.steps) < len(f.coders) {
		return nil, errors.New(
			"files in the 7z archive are packed with a filter that is not supported: unpack it first")
	}
	var r io.Reader = bytes.NewReader(packed)
	size := uint64(len(packed))
	for _, step := range f.steps {
		c := &f.coders[step]
		var err error
		if r, err = c.open(r, size, limit); err != nil {
			return nil, err
		}
		size = c.size
	}
	return r, nil
}

// open returns a reader of what r, of packed bytes, unpacks to.
func (c *coder) open(r io.Reader, packed uint64, limit int64) (io.Reader, error) {
	switch c.method {
	case methodCopy:
		return r, nil
	case methodDeflate:
		return flate.NewReader(r), nil
	case methodBzip2:
		return bzip2.NewReader(r), nil
	case methodLZMA:
		return c.lzma(r, packed)
	case methodLZMA2:
		return c.lzma2(r, packed)
	case methodX86:
		return &filtered{r: r, limit: limit}, nil
	}
	return nil, fmt.Errorf(
		"files in the 7z archive are packed by method %x, which is not supported: unpack it first", c.method)
}

// lzma unpacks LZMA: the settings and the unpacked size form the header of an .lzma file.
func (c *coder) lzma(r io.Reader, packed uint64) (io.Reader, error) {
	if len(c.properties) != 5 {
		return nil, ErrFormat
	}
	claimed := min(uint64(binary.LittleEndian.Uint32(c.properties[1:])), c.size)
	header := binary.LittleEndian.AppendUint32(c.properties[:1:1], xz.Dictionary(claimed, packed))
	header = binary.LittleEndian.AppendUint64(header, c.size)
	return lzma.NewReader(io.MultiReader(bytes.NewReader(header), r))
}

func (c *coder) lzma2(r io.Reader, packed uint64) (io.Reader, error) {
	if len(c.properties) != 1 || c.properties[0] > 40 {
		return nil, ErrFormat
	}
	claimed := min(uint64(2|c.properties[0]&1)<<(c.properties[0]/2+11), c.size)
	return lzma.Reader2Config{DictCap: int(xz.Dictionary(claimed, packed))}.NewReader2(r)
}
