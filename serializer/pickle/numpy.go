package pickle

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/pythonweb/goweb/serializer"
)

// numpyConstructor returns the constructor of arrays, by the names that numpy used before version 2 and uses since.
func numpyConstructor(g *global) (constructor, bool) {
	if g.String() == "numpy.dtype" {
		return newDtype, true
	}
	module, inCore := strings.CutPrefix(strings.Replace(g.module, "numpy._core.", "numpy.core.", 1), "numpy.core.")
	if !inCore {
		return nil, false
	}
	switch module + "." + g.name {
	case "multiarray._reconstruct":
		return emptyArray, true
	case "multiarray.scalar":
		return numpyScalar, true
	case "numeric._frombuffer":
		return bufferArray, true
	}
	return nil, false
}

// newDtype takes a code such as f8; BUILD adds the byte order.
func newDtype(_ *machine, _ *global, arguments *node) (object, error) {
	if n := len(arguments.items); n < 1 || n > 3 {
		return nil, errArguments
	}
	if g, ok := arguments.items[0].(*global); ok && (g.String() == "numpy.record" || g.String() == "numpy.rec.record") {
		return &dtype{letter: 'V'}, nil // BUILD adds the size
	}
	code, err := asText(arguments.items[0])
	if err != nil || code == "" {
		return nil, errArguments
	}
	d := &dtype{letter: code[0]}
	if code == "O" || code == "O8" || code == "O4" {
		d.objects = true
		return d, nil
	}
	if len(code) > 1 {
		if d.size, err = strconv.Atoi(code[1:]); err != nil || d.size < 0 || d.size > 1<<30 {
			return nil, errArguments
		}
	}
	switch {
	case d.letter == 'V':
	case d.letter == 'U':
		d.size *= 4
	case strings.IndexByte("biufcSMm", d.letter) < 0:
		return nil, errArguments
	case (d.letter == 'i' || d.letter == 'u' || d.letter == 'M' || d.letter == 'm') && !slices.Contains([]int{
		1, 2,
		4, 8,
	}, d.size),
		d.letter == 'b' && d.size != 1, d.letter == 'c' && d.size < 8, d.letter == 'f' && d.size < 2:
		return nil, errArguments
	}
	return d, nil
}

// complete sets the state of a dtype: version, byte order, what makes it a record, and so on.
func (d *dtype) complete(given object) error {
	n, ok := given.(*node)
	if !ok || n.kind != serializer.KindTuple || len(n.items) < 5 || d.done {
		return errArguments
	}
	d.done = true
	order, err := asText(n.items[1])
	if err != nil {
		return err
	}
	d.big = order == ">"
	if d.letter == 'V' {
		return d.completeVoid(n.items)
	}
	if d.letter != 'M' && d.letter != 'm' {
		return nil
	}
	d.unit = "generic"
	if len(n.items) < 9 {
		return nil
	}
	meta, ok := n.items[8].(*node)
	if !ok || len(meta.items) != 2 {
		return errArguments
	}
	unit, ok := meta.items[1].(*node)
	if !ok || len(unit.items) < 2 {
		return errArguments
	}
	name, ok := asBytes(unit.items[0])
	if !ok {
		return errArguments
	}
	count, ok := asInt(unit.items[1])
	if !ok {
		return errArguments
	}
	if d.unit = string(name); count.Cmp(big.NewInt(1)) != 0 {
		d.unit = count.String() + d.unit
	}
	return nil
}

// completeVoid sets the state of numpy's void type: its size, and the fields if it is a record.
func (d *dtype) completeVoid(state []object) error {
	if d.size == 0 {
		if len(state) < 6 {
			return errArguments
		}
		size, ok := asInt(state[5])
		if !ok || size.Sign() < 0 || size.BitLen() > 30 {
			return errArguments
		}
		d.size = int(size.Int64())
	}
	if isNull(state[2]) && isNull(state[3]) {
		return nil
	}
	if d.size == 0 {
		return errNoTypedArray
	}
	return d.completeRecord(state[2], state[3], state[4])
}

// emptyArray makes an array that BUILD fills.
func emptyArray(m *machine, _ *global, arguments *node) (object, error) {
	if len(arguments.items) != 3 {
		return nil, errArguments
	}
	class, ok := arguments.items[0].(*global)
	if !ok {
		return nil, errArguments
	}
	if !strings.Contains(recordArrays, " "+class.String()+" ") {
		return nil, m.refuse(class)
	}
	n := newArray(m, &array{})
	n.name = strings.Replace(class.String(), ".rec.", ".", 1)
	return n, nil
}

// fill sets the state of an array: version, shape, dtype, order of dimensions, bytes or a list of objects.
func (n *node) fill(m *machine, given object) error {
	s, ok := given.(*node)
	if !ok || s.kind != serializer.KindTuple || len(s.items) != 5 || n.array.dtype != nil || n.array.flat {
		return errArguments
	}
	d, ok := s.items[2].(*dtype)
	column, isBool := s.items[3].(serializer.Value)
	if !ok || !isBool {
		return errArguments
	}
	list, isList := s.items[4].(*node)
	if isList && list.kind == serializer.KindList && d.objects {
		if err := m.spend(placeOfElement * len(list.items)); err != nil {
			return err
		}
		n.items = slices.Clone(list.items)
	}
	raw, _ := asBytes(s.items[4])
	return n.shaped(m, d, s.items[1], raw, column.Number() != 0)
}

// shaped completes an array and checks that there are as many elements as its shape says.
func (n *node) shaped(m *machine, d *dtype, shape object, raw []byte, column bool) error {
	a := n.array
	dims, count, err := dimensions(shape)
	if err != nil {
		return err
	}
	a.dtype, a.raw, a.column, a.shape = d, raw, column, dims
	there, size := int64(len(raw)), int64(d.size)
	if d.objects {
		there, size = int64(len(n.items)), 1
	}
	if count.Mul(count, big.NewInt(size)).Cmp(big.NewInt(there)) != 0 {
		return errArguments
	}
	return m.spend(len(raw))
}

// bufferArray takes an array as protocol 5 writes it: bytes, dtype, shape, order of dimensions.
func bufferArray(m *machine, _ *global, arguments *node) (object, error) {
	if len(arguments.items) != 4 {
		return nil, errArguments
	}
	raw, ok := asBytes(arguments.items[0])
	if n, isNode := arguments.items[0].(*node); isNode && n.kind == serializer.KindByteArray {
		raw, ok = n.bytes, true
	}
	d, isType := arguments.items[1].(*dtype)
	order, err := asText(arguments.items[3])
	if !ok || !isType || err != nil || order != "C" && order != "F" {
		return nil, errArguments
	}
	n := newArray(m, &array{})
	n.name = "numpy.ndarray"
	return n, n.shaped(m, d, arguments.items[2], raw, order == "F")
}

// numpyScalar makes a scalar of numpy from dtype and bytes. It is an array without dimensions.
func numpyScalar(m *machine, _ *global, arguments *node) (object, error) {
	if len(arguments.items) != 2 {
		return nil, errArguments
	}
	d, isType := arguments.items[0].(*dtype)
	raw, ok := asBytes(arguments.items[1])
	if s, err := asText(arguments.items[1]); err == nil && !ok { // Python 2 at protocol 0
		if raw, err = latin1(s); err != nil {
			return nil, err
		}
		ok = true
	}
	if !isType || !ok || d.objects || len(raw) != d.size {
		return nil, errArguments
	}
	n := newArray(m, &array{dtype: d, raw: raw, scalar: true})
	n.name = "numpy.void" // if it is a record
	return n, nil
}
