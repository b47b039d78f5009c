package pickle

import (
	"bytes"
	"errors"
	"regexp"
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
	switch name {
	case "builtins.getattr", "_operator.or_", "operator.or_":
		return false // of what is no enum they call what they are given
	}
	module, last, _ := cutLast(name)
	if _, known := constructors[name]; known || strings.Contains(factories, " "+name+" ") ||
		exception(&global{module: module, name: last}) {
		return true
	}
	switch name {
	case "builtins.Ellipsis", "builtins.NotImplemented",
		"collections.ChainMap", "collections.UserDict", "collections.UserList", "collections.UserString",
		"copyreg._reconstructor", "uuid.UUID", "uuid.SafeUUID", "array._array_reconstructor", "array.array",
		"torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor", "torch._utils._rebuild_parameter",
		"torch.Size", "torch.device",
		"joblib.numpy_pickle.NumpyArrayWrapper":
		return true
	}
	switch module {
	case "numpy", "numpy.core.multiarray", "numpy._core.multiarray", "numpy.core.numeric", "numpy._core.numeric":
		return slices.Contains([]string{"ndarray", "dtype", "recarray", "record", "_reconstruct", "scalar", "_frombuffer"},
			last)
	case "numpy.rec":
		return last == "recarray" || last == "record"
	case "torch":
		return strings.HasSuffix(last, "Storage") || strings.HasPrefix(last, "float") || strings.HasPrefix(last, "int")
	case "ipaddress", "pathlib", "pathlib._local":
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

// Scan tells what loading a pickle, or the pickles in a PyTorch archive, a joblib file, an array of numpy or another
// archive, would import or call beside what is known to be harmless. What it has found stands before the place of an
// error.
func Scan(data []byte) ([]Finding, error) {
	s := scanner{room: mostScanned}
	err := s.scan(data, "", 0)
	return s.found, err
}

// A scanner collects what is found in a file and in the archives inside it.
type scanner struct {
	found []Finding
	room  int64 // bytes that may still be unpacked
}

var errTooMuch = errors.New("the archive unpacks to more than 1 GiB")

func (s *scanner) scan(data []byte, member string, depth int) error {
	if depth > 3 {
		return errors.New("archives inside archives inside archives")
	}
	if archive := archiveOf(data); archive != nil {
		return archive(s, data, member, depth)
	}
	err := s.pickles(data, member, false)
	if !bytes.Contains(data, []byte("NumpyArrayWrapper")) {
		return err
	}
	// joblib skips the arrays that stand between the opcodes, pickle takes them for opcodes: both are looked at.
	return s.pickles(data, member, true)
}

// torchMagic is the number that a PyTorch file of before version 1.6 begins with. Five pickles are followed by data.
const (
	torchMagic   = "119547037146038801333356"
	torchPickles = 5
)

// identifier is what a name looks like that Python can import; data behind the pickles of PyTorch does not.
var identifier = regexp.MustCompile(`^[\pL_][\pL\pN_]*(\.[\pL_][\pL\pN_]*)+$`)

// pickles looks at the pickles that follow each other in data.
func (s *scanner) pickles(data []byte, member string, skip bool) error {
	pickles, torch := 0, false
	d := disassembler{text: asciiText, most: shownArgument, skip: skip}
	err := d.run(data, func(op Op) error {
		data := torch && pickles >= torchPickles
		for _, name := range []string{op.Import, op.Call} {
			switch {
			case name == "" || harmless(name):
			case name == UnknownName && op.lost && pickles > 0: // bytes behind a pickle that are none
			case !data || identifier.MatchString(name):
				s.add(Finding{member, op.Offset, name, op.Call == name && name != ""})
			}
		}
		torch = torch || pickles == 0 && op.Name == "LONG1" && op.Argument == torchMagic
		if op.Name == "STOP" {
			pickles++
		}
		return nil
	})
	if rest := new(trailingError); errors.As(err, &rest) && (rest.err == nil || torch && pickles >= torchPickles) {
		return nil
	}
	return err
}

// add takes a finding, once a name.
func (s *scanner) add(f Finding) {
	known := slices.ContainsFunc(s.found, func(k Finding) bool {
		return k.Member == f.Member && k.Name == f.Name && (k.Called || !f.Called)
	})
	if !known {
		s.found = append(s.found, f)
	}
}
