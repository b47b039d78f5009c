package pickle

import (
	"math/big"
	"slices"

	"github.com/pythonweb/goweb/serializer"
)

// A field is a field of the records that are the elements of an array of numpy.
type field struct {
	name   string
	dtype  *dtype
	offset int                // in the record
	shape  []serializer.Value // of a field that is an array itself
}

// recordArrays are the classes of arrays that may have records, by the names that numpy has used for them.
const recordArrays = " numpy.ndarray numpy.recarray numpy.rec.recarray "

// columnCost is what a column costs besides its bytes: records can have the same field many times.
const columnCost = 64

// completeRecord sets what the state of a dtype says about fields: the type and shape of a field that is an array, or
// the names in order, with their types and offsets.
func (d *dtype) completeRecord(subarray, names, fields object) error {
	if n, ok := subarray.(*node); ok && isNull(names) && isNull(fields) {
		return d.completeSubarray(n)
	}
	order, ok := names.(*node)
	dict, isDict := fields.(*node)
	if !ok || !isDict || !isNull(subarray) || order.kind != serializer.KindTuple || dict.kind != serializer.KindMap ||
		len(order.items) == 0 {
		return errArguments
	}
	places := map[string]object{}
	for i := 0; i < len(dict.items); i += 2 {
		name, err := asText(dict.items[i])
		if err != nil {
			return err
		}
		places[name] = dict.items[i+1]
	}
	for _, o := range order.items {
		name, err := asText(o)
		if err != nil {
			return err
		}
		place, ok := places[name].(*node)
		if !ok || place.kind != serializer.KindTuple || len(place.items) < 2 || len(place.items) > 3 {
			return errArguments
		}
		delete(places, name) // each name only once
		inner, ok := place.items[0].(*dtype)
		offset, isInt := asInt(place.items[1])
		if !ok || !isInt || !inner.done || !offset.IsInt64() || offset.Sign() < 0 {
			return errArguments
		}
		f := field{name: name, dtype: inner, offset: int(offset.Int64())}
		if f.offset > d.size || inner.size > d.size-f.offset {
			return errArguments
		}
		if inner.base != nil {
			f.dtype, f.shape = inner.base, inner.shape
		}
		d.fields = append(d.fields, f)
		d.objects = d.objects || inner.objects
	}
	return nil
}

// completeSubarray sets the type of the elements and the shape.
func (d *dtype) completeSubarray(n *node) error {
	if n.kind != serializer.KindTuple || len(n.items) != 2 {
		return errArguments
	}
	base, ok := n.items[0].(*dtype)
	if !ok || !base.done || base.base != nil {
		return errArguments
	}
	shape, count, err := dimensions(n.items[1])
	if err != nil || count.Mul(count, big.NewInt(int64(base.size))).Cmp(big.NewInt(int64(d.size))) != 0 {
		return errArguments
	}
	d.base, d.shape, d.objects = base, shape, base.objects
	return nil
}

func isNull(o object) bool {
	v, ok := o.(serializer.Value)
	return ok && v.Kind() == serializer.KindNull
}

// dimensions reads a shape and counts the elements.
func dimensions(o object) (shape []serializer.Value, count *big.Int, err error) {
	dims, ok := o.(*node)
	if !ok || dims.kind != serializer.KindTuple || len(dims.items) > 64 {
		return nil, nil, errArguments
	}
	count = big.NewInt(1)
	for _, dim := range dims.items {
		i, ok := asInt(dim)
		if !ok || i.Sign() < 0 || i.BitLen() > 62 {
			return nil, nil, errArguments
		}
		count.Mul(count, i)
		shape = append(shape, serializer.BigInt(i))
	}
	return shape, count, nil
}

// records returns the value of an array of records, or of a single one: an instance of its class with one array per
// field, which keeps the types of the numbers.
func (b *builder) records(n *node) (serializer.Value, error) {
	a := n.array
	var columns []serializer.Value
	for i, f := range a.dtype.fields {
		column := &node{
			kind: serializer.KindInstance, offset: n.offset, extra: &extra{name: n.name, array: a.columnOf(f)},
		}
		if a.dtype.objects {
			column.array.dtype = &dtype{letter: 'O'}
			column.array.shape = a.shape
			for _, item := range n.items {
				record, ok := item.(*node)
				if !ok || len(record.items) != len(a.dtype.fields) {
					return serializer.Value{}, errArguments
				}
				column.items = append(column.items, record.items[i])
			}
		} else {
			column.array.raw = a.gather(f)
		}
		if b.room -= columnCost; b.room < 0 {
			return serializer.Value{}, errRepeats
		}
		v, err := b.fromArray(column)
		if err != nil {
			return v, err
		}
		columns = append(columns, serializer.String(f.name), v)
	}
	return serializer.Instance(n.name, serializer.PartState, serializer.Map(columns...)), nil
}

// columnOf returns the array of one field.
func (a *array) columnOf(f field) *array {
	return &array{dtype: f.dtype, shape: slices.Concat(a.shape, f.shape)}
}

// gather collects the bytes of a field from the records, the last dimension varying fastest.
func (a *array) gather(f field) []byte {
	size := f.dtype.size
	for _, dim := range f.shape {
		n, _ := dim.Int() // completeSubarray has checked that their product is the size
		size *= int(n)
	}
	count := len(a.raw) / a.dtype.size
	raw := make([]byte, 0, count*size)
	for i := range count {
		if a.column {
			i = a.inColumns(i)
		}
		at := i*a.dtype.size + f.offset
		raw = append(raw, a.raw[at:at+size]...)
	}
	return raw
}

// inColumns returns the index of the ith element, counted with the last dimension varying fastest, in an array whose
// first dimension varies fastest.
func (a *array) inColumns(i int) int {
	place, step := 0, len(a.raw)/a.dtype.size
	for _, dim := range slices.Backward(a.shape) {
		length, _ := dim.Int() // there are as many elements as the shape says, at least one
		n := int(length)
		step /= n
		place += i % n * step
		i /= n
	}
	return place
}
