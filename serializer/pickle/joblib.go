package pickle

import (
	"math/big"

	"github.com/pythonweb/goweb/serializer"
	"github.com/pythonweb/goweb/serializer/pickle/internal/opcode"
)

// joblib follows a program as joblib loads it: after BUILD of a NumpyArrayWrapper the elements of the array stand
// between the opcodes.
type joblib struct {
	machines []machine // of the pickle, and of those of the arrays of objects around the place
	outer    []*tracer // of all but the innermost
	on       bool      // off where arrays are not to be skipped, and once the program is one that joblib does not write
}

func newJoblib(data []byte, on bool) *joblib {
	return &joblib{machines: []machine{newJoblibMachine(len(data))}, on: on}
}

func newJoblibMachine(size int) machine {
	text, _ := textDecoder("bytes") // which is known
	return machine{room: roomFor(size), text: text, keepClasses: true}
}

// after returns where the opcode after s begins, and whether it is the first of a pickle inside.
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

// elements counts the bytes of an array that is described by a NumpyArrayWrapper, with those before it that align it.
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
