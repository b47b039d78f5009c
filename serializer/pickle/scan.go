package pickle

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// A Finding is a name that loading a file would import or call, and that is not known to be harmless.
type Finding struct {
	Member string `json:"member,omitempty"` // of an archive
	Offset int64  `json:"offset"`
	Name   string `json:"name"`
	Called bool   `json:"called"`
}

// harmless are names beside those that this package understands: what arrays and tensors are made of. They make data of
// data and import nothing else.
func harmless(name string) bool {
	if _, known := constructors[name]; known || strings.Contains(factories, " "+name+" ") {
		return true
	}
	switch name {
	case "copyreg._reconstructor", "uuid.UUID", "uuid.SafeUUID", "array._array_reconstructor", "array.array",
		"torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor", "torch._utils._rebuild_parameter", "torch.Size", "torch.device",
		"joblib.numpy_pickle.NumpyArrayWrapper":
		return true
	}
	module, last, _ := cutLast(name)
	switch module {
	case "numpy", "numpy.core.multiarray", "numpy._core.multiarray", "numpy.core.numeric", "numpy._core.numeric":
		return slices.Contains([]string{"ndarray", "dtype", "_reconstruct", "scalar", "_frombuffer"}, last)
	case "torch":
		return strings.HasSuffix(last, "Storage") || strings.HasPrefix(last, "float") || strings.HasPrefix(last, "int")
	case "ipaddress", "pathlib":
		return last != "" && last[0] >= 'A' && last[0] <= 'Z'
	}
	return false
}

func cutLast(name string) (before, after string, found bool) {
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return "", name, false
	}
	return name[:i], name[i+1:], true
}

// mostScanned bounds what is unpacked of an archive.
const mostScanned = 1 << 30

// Scan tells what loading a pickle, or the pickles in a PyTorch archive, a joblib file or another zip archive, would
// import
// or call beside what is known to be harmless. What it has found stands before the place of an error.
func Scan(data []byte) ([]Finding, error) { return scan(data, "", 0) }

func scan(data []byte, member string, depth int) ([]Finding, error) {
	if depth > 3 {
		return nil, errors.New("archives inside archives inside archives")
	}
	var unpacked io.Reader
	var err error
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("PK\x05\x06")):
		return scanZip(data, member, depth)
	case bytes.HasPrefix(data, []byte("\x1f\x8b")):
		unpacked, err = gzip.NewReader(bytes.NewReader(data))
	case len(data) > 2 && data[0] == 0x78 && (uint(data[0])<<8|uint(data[1]))%31 == 0:
		unpacked, err = zlib.NewReader(bytes.NewReader(data))
	case bytes.HasPrefix(data, []byte("BZh")):
		unpacked = bzip2.NewReader(bytes.NewReader(data))
	}
	if err != nil {
		return nil, err
	}
	if unpacked != nil {
		inner, err := io.ReadAll(io.LimitReader(unpacked, mostScanned))
		if err != nil {
			return nil, err
		}
		return scan(inner, member, depth+1)
	}
	var found []Finding
	err = Disassemble(bytes.NewReader(data), func(op Op) error {
		for _, name := range []string{op.Import, op.Call} {
			called := op.Call != "" && name == op.Call
			if name == "" || harmless(name) || slices.ContainsFunc(found, func(f Finding) bool { return f.Name == name && (f.Called || !called) }) {
				continue
			}
			found = append(found, Finding{member, op.Offset, name, called})
		}
		return nil
	})
	return found, err
}

func scanZip(data []byte, member string, depth int) ([]Finding, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	var found []Finding
	var failed error
	room := int64(mostScanned)
	for _, file := range archive.File {
		inner, err := begin(file, &room)
		if err == nil && inner != nil {
			var more []Finding
			more, err = scan(inner, path.Join(member, file.Name), depth+1)
			found = append(found, more...)
		}
		if err != nil && failed == nil {
			failed = fmt.Errorf("%s: %w", file.Name, err)
		}
	}
	return found, failed
}

// begin unpacks a member of an archive if it is a pickle, or an archive, by its name or its first bytes.
func begin(file *zip.File, room *int64) ([]byte, error) {
	r, err := file.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b := bufio.NewReader(r)
	first, err := b.Peek(2)
	if err != nil {
		return nil, nil // too short for either
	}
	named := slices.Contains([]string{".pkl", ".pickle", ".p", ".pt", ".pth", ".joblib", ".npz", ".npy"}, strings.ToLower(path.Ext(file.Name)))
	if !named && !(first[0] == 0x80 && first[1] <= 5) && string(first) != "PK" {
		return nil, nil
	}
	data, err := io.ReadAll(io.LimitReader(b, *room))
	if *room -= int64(len(data)); *room <= 0 {
		return nil, fmt.Errorf("the archive unpacks to more than %d bytes", int64(mostScanned))
	}
	if bytes.HasPrefix(data, []byte("\x93NUMPY")) {
		return nil, err // an array without objects is data; one with objects is refused by numpy itself
	}
	return data, err
}
