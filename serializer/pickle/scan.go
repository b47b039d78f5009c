package pickle

import (
	"bytes"
	"errors"
	"regexp"
	"slices"
	"strings"
)

// A Finding is a name that loading a file would import or call and that is not known to be harmless.
type Finding struct {
	Member string `json:"member,omitempty"` // the member of an archive
	Offset int64  `json:"offset"`
	Name   string `json:"name"`
	Called bool   `json:"called"`
}

// harmless reports whether a name, besides those that this package implements, is one that arrays and tensors are made
// with. Such names turn data into data and import nothing else.
func harmless(name string) bool {
	switch name {
	case "builtins.getattr", "_operator.or_", "operator.or_":
		return false // given anything but an enum they call what they are given
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

// Scan returns what loading a pickle, or the pickles in a PyTorch archive, a joblib file, an array of numpy or another
// archive, would import or call, except for what is known to be harmless. With an error it returns what it found before
// that.
func Scan(data []byte) ([]Finding, error) {
	s := scanner{room: mostScanned}
	err := s.scan(data, "", 0)
	return s.found, err
}

// A scanner collects the findings in a file and in the archives inside it.
type scanner struct {
	found []Finding
	room  int64 // how many bytes may still be unpacked
}

var errTooMuch = errors.New("the archive unpacks to more than 1 GiB")

func (s *scanner) scan(data []byte, member string, depth int) error {
	if depth > 3 {
		return errors.New("archives are nested too deep")
	}
	if archive := archiveOf(data); archive != nil {
		return archive(s, data, member, depth)
	}
	err := s.pickles(data, member, false)
	if !bytes.Contains(data, []byte("NumpyArrayWrapper")) {
		return err
	}
	// joblib skips the arrays between the opcodes, pickle takes them for opcodes: both readings are examined.
	return s.pickles(data, member, true)
}

// torchMagic is the number with which a PyTorch file from before version 1.6 begins. It has five pickles, then data.
const (
	torchMagic   = "119547037146038801333356"
	torchPickles = 5
)

// identifier matches names that Python can import; data after the pickles of PyTorch does not look like that.
var identifier = regexp.MustCompile(`^[\pL_][\pL\pN_]*(\.[\pL_][\pL\pN_]*)+$`)

// pickles examines the pickles that follow each other in data.
func (s *scanner) pickles(data []byte, member string, skip bool) error {
	pickles, torch := 0, false
	d := disassembler{text: asciiText, most: shownArgument, skip: skip}
	err := d.run(data, func(op Op) error {
		data := torch && pickles >= torchPickles
		for _, name := range []string{op.Import, op.Call} {
			switch {
			case name == "" || harmless(name):
			case name == UnknownName && op.lost && pickles > 0: // bytes after a pickle that are not one
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

// add adds a finding, unless it has its name already.
func (s *scanner) add(f Finding) {
	known := slices.ContainsFunc(s.found, func(k Finding) bool {
		return k.Member == f.Member && k.Name == f.Name && (k.Called || !f.Called)
	})
	if !known {
		s.found = append(s.found, f)
	}
}
