package pickle

import (
	"errors"
	"fmt"

	"github.com/pythonweb/goweb/serializer"
)

// A builder turns objects into a Value.
type builder struct {
	limits serializer.Limits
	shared int // shared values that have begun
	room   int // bytes of text that may still be repeated
}

// document makes the value of a pickle of so many bytes.
func document(root object, limits serializer.Limits, size int) (serializer.Value, error) {
	b := builder{limits: limits, room: 512*size + 16<<20}
	if err := b.count(root, 0); err != nil {
		return serializer.Value{}, err
	}
	return b.value(root)
}

// count counts the references to every node, and bounds the depth.
func (b *builder) count(o object, depth int) error {
	n, ok := o.(*node)
	if !ok {
		return nil
	}
	if n.met++; n.met > 1 {
		return nil
	}
	if depth > b.limits.Depth {
		return at(fmt.Errorf("containers are nested deeper than %d: %w", b.limits.Depth, serializer.ErrLimit), n.offset)
	}
	for _, item := range n.items {
		if err := b.count(item, depth+1); err != nil {
			return err
		}
	}
	for _, part := range n.parts {
		if part != nil {
			if err := b.count(part, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// value is recursive; count has bounded the depth.
func (b *builder) value(o object) (serializer.Value, error) {
	switch o := o.(type) {
	case serializer.Value:
		b.room -= o.Len()
		if b.room < 0 {
			return serializer.Value{}, errRepeats
		}
		return o, nil
	case oldText:
		b.room -= len(o)
		return o.value()
	case zone:
		return b.zone(o)
	case namedZone:
		v, err := b.zone(o.zone)
		if err != nil {
			return v, err
		}
		return serializer.Instance("datetime.timezone", serializer.PartArgs, serializer.Tuple(v.Index(0).Index(0), serializer.String(o.name))), nil
	case *global:
		return serializer.Value{}, at(fmt.Errorf("the pickle would import %s, which is not plain data", o), o.offset)
	case *node:
		return b.node(o)
	}
	return serializer.Value{}, errStack
}

func (o oldText) value() (serializer.Value, error) {
	for _, c := range o {
		if c >= 0x80 {
			return serializer.Value{}, errors.New("a str of Python 2 that is not ASCII: text or bytes, nobody can tell")
		}
	}
	return serializer.String(string(o)), nil
}

func (b *builder) zone(z zone) (serializer.Value, error) {
	us := int64(z)
	sign := ""
	if us < 0 {
		sign, us = "-", -us
	}
	v, err := serializer.Parse(serializer.KindTimedelta, fmt.Sprintf("%s%d.%06d", sign, us/1e6, us%1e6))
	if err != nil {
		return v, err
	}
	return serializer.Instance("datetime.timezone", serializer.PartArgs, serializer.Tuple(v)), nil
}

// node makes the value of a node: whole where it is met first, a reference everywhere else.
func (b *builder) node(n *node) (serializer.Value, error) {
	many := n.met > 1 && !(n.kind == serializer.KindTuple && len(n.items) == 0) && !n.uuid
	if !many {
		return b.content(n)
	}
	if n.index > 0 {
		return serializer.Ref(n.index - 1), nil
	}
	b.shared++
	n.index = b.shared
	v, err := b.content(n)
	if err != nil {
		return v, err
	}
	return serializer.Shared(v), nil
}

func (b *builder) content(n *node) (serializer.Value, error) {
	switch {
	case n.uuid:
		if n.bytes == nil {
			return serializer.Value{}, at(errors.New("uuid.UUID without its state"), n.offset)
		}
		return serializer.UUID([16]byte(n.bytes)), nil
	case n.kind == serializer.KindByteArray:
		return serializer.ByteArray(n.bytes), nil
	case n.kind == serializer.KindInstance:
		return b.instance(n)
	}
	values := make([]serializer.Value, 0, len(n.items))
	for _, item := range n.items {
		v, err := b.value(item)
		if err != nil {
			return v, at(err, n.offset)
		}
		values = append(values, v)
	}
	switch n.kind {
	case serializer.KindTuple:
		return serializer.Tuple(values...), nil
	case serializer.KindSet:
		return serializer.Set(values...), nil
	case serializer.KindFrozenSet:
		return serializer.FrozenSet(values...), nil
	case serializer.KindMap:
		return serializer.Map(values...), nil
	default:
		return serializer.List(values...), nil
	}
}

// instance makes an instance of its parts. One without any has a state of None, as Python has it.
func (b *builder) instance(n *node) (serializer.Value, error) {
	var parts serializer.Parts
	var values []serializer.Value
	for i, part := range n.parts {
		if part == nil {
			continue
		}
		v, err := b.value(part)
		if err != nil {
			return v, at(err, n.offset)
		}
		parts |= 1 << i
		values = append(values, v)
	}
	if parts == 0 {
		parts, values = serializer.PartState, []serializer.Value{serializer.Null()}
	}
	return serializer.Instance(n.name, parts, values...), nil
}
