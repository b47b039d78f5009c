package pickle

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/big"
	"path"
	"slices"
	"strings"

	"github.com/pierrec/lz4/v4"

	"github.com/pythonweb/goweb/serializer"
	"github.com/pythonweb/goweb/serializer/pickle/internal/opcode"
	"github.com/pythonweb/goweb/serializer/pickle/internal/sevenzip"
	"github.com/pythonweb/goweb/serializer/pickle/internal/xz"
)

// mostScanned bounds how many bytes of an archive are unpacked.
const mostScanned = 1 << 30

// archiveOf returns what looks into data other than pickles, or nil for a pickle.
func archiveOf(data []byte) func(s *scanner, data []byte, member string, depth int) error {
	starts := func(magic string) bool { return bytes.HasPrefix(data, []byte(magic)) }
	switch {
	case starts("PK\x03\x04") || starts("PK\x05\x06"):
		return (*scanner).zip
	case len(data) > 262 && string(data[257:262]) == "ustar":
		return (*scanner).tar
	case starts(numpyMagic):
		return (*scanner).numpy
	case starts("\x1f\x8b"):
		return unpack(func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) })
	case len(data) > 2 && data[0] == 0x78 && (uint(data[0])<<8|uint(data[1]))%31 == 0:
		return unpack(func(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) })
	case starts("BZh"):
		return unpack(func(r io.Reader) (io.Reader, error) { return bzip2.NewReader(r), nil })
	case starts(sevenzip.Magic):
		return (*scanner).sevenZip
	case starts(xz.Magic):
		return unpack(func(io.Reader) (io.Reader, error) { return xz.NewReader(data), nil })
	case starts("]\x00"): // in a pickle no zero follows a list
		return unpack(func(io.Reader) (io.Reader, error) { return xz.NewLZMA(data) })
	case starts("\x04\x22\x4d\x18"):
		return unpack(func(r io.Reader) (io.Reader, error) { return lz4.NewReader(r), nil })
	case starts("\x28\xb5\x2f\xfd"):
		return closed("zstd")
	case starts("Rar!\x1a\x07"):
		return closed("rar")
	}
	return nil
}

// closed reports an archive of an unsupported format.
func closed(form string) func(*scanner, []byte, string, int) error {
	return func(*scanner, []byte, string, int) error {
		return fmt.Errorf("packed as %s, which is not supported: unpack it first", form)
	}
}

// unpack looks into what a decompressor returns. What was unpacked before an error is scanned, too.
func unpack(open func(io.Reader) (io.Reader, error)) func(*scanner, []byte, string, int) error {
	return func(s *scanner, data []byte, member string, depth int) error {
		r, err := open(bytes.NewReader(data))
		if err != nil {
			return err
		}
		inner, err := s.read(r)
		return errors.Join(err, s.scan(inner, member, depth+1))
	}
}

// read reads as much as there is room for. It returns what it has read even with an error.
func (s *scanner) read(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, s.room))
	if s.room -= int64(len(data)); s.room <= 0 {
		err = errTooMuch
	}
	return data, err
}

// zip looks into a zip archive, as PyTorch and numpy write them.
func (s *scanner) zip(data []byte, member string, depth int) error {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return err
	}
	// The standard library leaves these methods to others; Python has both.
	archive.RegisterDecompressor(12, func(r io.Reader) io.ReadCloser { return io.NopCloser(bzip2.NewReader(r)) })
	archive.RegisterDecompressor(14, func(r io.Reader) io.ReadCloser { return io.NopCloser(&zipLZMA{packed: r}) })
	var failed error
	for _, file := range archive.File {
		r, err := file.Open()
		if err == nil {
			err = errors.Join(s.member(r, path.Join(member, file.Name), depth), r.Close())
		}
		if err != nil && failed == nil {
			failed = fmt.Errorf("%s: %w", file.Name, err)
		}
	}
	return failed
}

// zipLZMA unpacks a file of a zip archive that is packed with LZMA: after four bytes come the settings, then the data.
type zipLZMA struct {
	packed, r io.Reader
}

func (z *zipLZMA) Read(p []byte) (int, error) {
	if z.r == nil {
		data, err := io.ReadAll(z.packed)
		const before, settings = 4, 5
		if err == nil && len(data) < before+settings {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return 0, err
		}
		unknown := bytes.Repeat([]byte{0xff}, 8) // instead of the size
		if z.r, err = xz.NewLZMA(slices.Concat(data[before:][:settings], unknown, data[before+settings:])); err != nil {
			return 0, err
		}
	}
	return z.r.Read(p)
}

// sevenZip looks into a 7z archive.
func (s *scanner) sevenZip(data []byte, member string, depth int) error {
	var failed error
	err := sevenzip.Walk(data, s.room, func(name string, r io.Reader) error {
		err := s.member(r, path.Join(member, name), depth)
		if errors.Is(err, errTooMuch) {
			return err
		}
		if err != nil && failed == nil {
			failed = fmt.Errorf("%s: %w", name, err)
		}
		return nil
	})
	return errors.Join(failed, err)
}

func (s *scanner) tar(data []byte, member string, depth int) error {
	r := tar.NewReader(bytes.NewReader(data))
	var failed error
	for {
		header, err := r.Next()
		if err == io.EOF {
			return failed
		}
		if err != nil {
			return errors.Join(failed, err)
		}
		err = s.member(r, path.Join(member, header.Name), depth)
		if errors.Is(err, errTooMuch) {
			return err
		}
		if err != nil && failed == nil {
			failed = fmt.Errorf("%s: %w", header.Name, err)
		}
	}
}

// member looks into a file of an archive. A file that is not a pickle is data, unless its name or its beginning is that
// of a pickle; a wrong checksum does not hide what is in it.
func (s *scanner) member(r io.Reader, name string, depth int) error {
	data, broken := s.read(r)
	if errors.Is(broken, errTooMuch) {
		return broken
	}
	named := slices.Contains(
		[]string{".pkl", ".pickle", ".p", ".pt", ".pth", ".ckpt", ".joblib", ".npz", ".npy"}, strings.ToLower(path.Ext(name)))
	begins := len(data) > 2 && data[0] == 0x80 && data[1] <= 5
	if named || begins || archiveOf(data) != nil {
		return errors.Join(broken, s.scan(data, name, depth+1))
	}
	inner := scanner{room: s.room}
	if err := inner.scan(data, name, depth+1); err == nil {
		for _, f := range inner.found {
			s.add(f)
		}
	}
	return broken
}

const numpyMagic = "\x93NUMPY"

// numpy looks into an array in numpy's own format: an array of objects is a pickle after a header.
func (s *scanner) numpy(data []byte, member string, _ int) error {
	rest := data[len(numpyMagic):]
	width := 2
	if len(rest) > 0 && rest[0] > 1 {
		width = 4
	}
	if len(rest) < 2+width {
		return opcode.ErrTruncated
	}
	length := uint64(binary.LittleEndian.Uint16(rest[2:]))
	if width == 4 {
		length = uint64(binary.LittleEndian.Uint32(rest[2:]))
	}
	rest = rest[2+width:]
	if length > uint64(len(rest)) {
		return opcode.ErrTruncated
	}
	header, content := string(rest[:length]), rest[length:]
	_, descr, _ := strings.Cut(header, "descr")
	if !strings.Contains(strings.Split(descr, "fortran_order")[0], "O") {
		return nil
	}
	return s.pickles(content, member, false)
}

// joblib follows a program as joblib loads it: after BUILD of a NumpyArrayWrapper come the elements of the array,
// between the opcodes.
type joblib struct {
	machines []machine // of the pickle, and of the arrays of objects that enclose the current place
	outer    []*tracer // of all but the innermost
	on       bool      // false if arrays are not to be skipped, and once the program is not one that joblib writes
}

func newJoblib(data []byte, on bool) *joblib {
	return &joblib{machines: []machine{newJoblibMachine(len(data))}, on: on}
}

func newJoblibMachine(size int) machine {
	text, _ := textDecoder("bytes") // a known encoding
	return machine{room: roomFor(size), text: text, keepClasses: true}
}

// after returns where the opcode after s begins, and whether it is the first of a nested pickle.
func (j *joblib) after(s opcode.Step, c opcode.Code) (pos int, nested bool, err error) {
	if !j.on {
		return c.Pos, false, nil
	}
	m := &j.machines[len(j.machines)-1]
	m.Code = c
	if s.Op == opcode.Stop {
		if j.machines = j.machines[:len(j.machines)-1]; len(j.machines) == 0 {
			j.machines = []machine{newJoblibMachine(len(c.Data))}
		}
		return c.Pos, false, nil
	}
	if err := m.do(s); err != nil {
		j.on = false
		return c.Pos, false, nil
	}
	if s.Op != opcode.Build {
		return c.Pos, false, nil
	}
	o, err := m.top()
	n, ok := o.(*node)
	if err != nil || !ok || n.name != "joblib.numpy_pickle.NumpyArrayWrapper" {
		return c.Pos, false, nil
	}
	length, objects, ok := n.elements(c)
	if !ok || length > uint64(len(c.Data)-c.Pos) {
		return c.Pos, false, opcode.ErrTruncated
	}
	if objects {
		j.machines = append(j.machines, newJoblibMachine(len(c.Data)))
	}
	return c.Pos + int(length), objects, nil
}

// elements returns the length in bytes of an array that a NumpyArrayWrapper describes, with the padding before it.
// Objects are a pickle of their own.
func (n *node) elements(c opcode.Code) (length uint64, objects, ok bool) {
	var shape *node
	var d *dtype
	padded := false
	for which := range 2 { // the state is a dict, or a tuple of two where there are slots
		dict, ok := n.parts[state].(*node)
		if ok && dict.kind == serializer.KindTuple && which < len(dict.items) {
			dict, ok = dict.items[which].(*node)
		}
		if !ok || dict.kind != serializer.KindMap {
			continue
		}
		for i := 0; i < len(dict.items); i += 2 {
			switch name, _ := asText(dict.items[i]); name {
			case "shape":
				shape, _ = dict.items[i+1].(*node)
			case "dtype":
				d, _ = dict.items[i+1].(*dtype)
			case "numpy_array_alignment_bytes":
				_, padded = asInt(dict.items[i+1])
			}
		}
	}
	if shape == nil || d == nil {
		return 0, false, false
	}
	if d.objects {
		return 0, true, true
	}
	total := big.NewInt(int64(d.size))
	for _, dim := range shape.items {
		i, ok := asInt(dim)
		if !ok || i.Sign() < 0 || i.BitLen() > 62 || total.BitLen() > 62 {
			return 0, false, false
		}
		total.Mul(total, i)
	}
	length = total.Uint64()
	if padded {
		if c.Pos == len(c.Data) {
			return 0, false, false
		}
		length += 1 + uint64(c.Data[c.Pos])
	}
	return length, false, total.BitLen() <= 62
}
