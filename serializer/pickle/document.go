package pickle

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/pythonweb/goweb/serializer"
	"github.com/pythonweb/goweb/serializer/internal/tree"
)

// A builder turns objects into a Value.
type builder struct {
	limits      serializer.Limits
	shared      int // shared values that have begun
	room        int // how many bytes of text may still be repeated
	text        decoder
	keepClasses bool
}

func (o Options) newBuilder(size int, text decoder) *builder {
	return &builder{
		limits: o.Limits.ForStream(), room: 512*size + 16<<20, text: text, keepClasses: o.KeepClasses,
	}
}

// document returns the value of what a machine has read.
func (b *builder) document(root object) (serializer.Value, error) {
	if err := b.count(root, 0); err != nil {
		return serializer.Value{}, err
	}
	return b.value(root)
}

// count finds the nodes that are referred to more than once, and bounds the depth and the amount of repeated text.
func (b *builder) count(o object, depth int) error {
	n, ok := o.(*node)
	if !ok {
		if b.room -= length(o); b.room < 0 {
			return errRepeats
		}
		return nil
	}
	if n.met {
		n.many = true
		return nil
	}
	n.met = true
	if depth > b.limits.Depth {
		return at(fmt.Errorf("containers are nested deeper than %d: %w", b.limits.Depth, serializer.ErrLimit), n.offset)
	}
	for _, item := range n.items {
		if err := b.count(item, depth+1); err != nil {
			return err
		}
	}
	if n.extra == nothing {
		return nil
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
		return o, nil
	case oldText:
		return b.text(o)
	case surrogates:
		return o.value(), nil
	case zone:
		return b.fromZone(o)
	case namedZone:
		v, err := b.fromZone(o.zone)
		if err != nil {
			return v, err
		}
		return serializer.Instance("datetime.timezone", serializer.PartArgs, serializer.Tuple(v.Index(0).Index(0),
			serializer.String(o.name))), nil
	case *global:
		return b.fromGlobal(o)
	case *node:
		return b.fromNode(o)
	}
	return serializer.Value{}, errStack
}

// fromGlobal returns the value of a name that stands for itself.
func (b *builder) fromGlobal(g *global) (serializer.Value, error) {
	switch name := g.String(); {
	case name == "builtins.Ellipsis" || name == "builtins.NotImplemented":
		return serializer.Instance(name, serializer.PartState, serializer.Null()), nil
	case b.keepClasses:
		return serializer.String(name), nil
	}
	return serializer.Value{}, refused("import", g)
}

func (b *builder) fromZone(z zone) (serializer.Value, error) {
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

// shares reports whether a node is a shared value: it has an identity, and there is more than one reference to it.
func (n *node) shares() bool {
	return n.many && !(n.kind == serializer.KindTuple && len(n.items) == 0) && !n.uuid &&
		(n.array == nil || !n.array.scalar)
}

// fromNode returns the value of a node: the whole where it is met first, a reference everywhere else.
func (b *builder) fromNode(n *node) (serializer.Value, error) {
	if !n.shares() {
		return b.content(n)
	}
	if n.index > 0 {
		return serializer.Ref(int(n.index) - 1), nil
	}
	b.shared++
	n.index = int32(b.shared)
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
	case n.array != nil:
		return b.fromArray(n)
	case n.kind == serializer.KindByteArray:
		return serializer.ByteArray(n.bytes), nil
	case n.kind == serializer.KindInstance:
		return b.instance(n)
	}
	values, err := b.values(n)
	if err != nil {
		return serializer.Value{}, err
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

// values returns the values in a node.
func (b *builder) values(n *node) ([]serializer.Value, error) {
	values := make([]serializer.Value, 0, len(n.items))
	for _, item := range n.items {
		v, err := b.value(item)
		if err != nil {
			return nil, at(err, n.offset)
		}
		values = append(values, v)
	}
	return values, nil
}

// instance returns an instance with its parts. One without any has a state of None, as in Python.
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

// A reader returns the events of objects: of containers directly, of everything else by way of values.
type reader struct {
	*builder
	root   object
	end    int64 // offset of its STOP
	begun  bool
	open   []place
	values tree.Reader // of other objects than containers
	err    error
}

// A place is an open container and how many of its items were returned. A shared value has one item: the container.
type place struct {
	n      *node
	given  int
	shared bool
}

// Read reads the next event.
func (r *reader) Read(ev *serializer.Event) error {
	if r.err == nil {
		r.err = r.read(ev)
	}
	return r.err
}

func (r *reader) read(ev *serializer.Event) error {
	switch {
	case !r.begun:
		r.begun = true
		if err := r.event(r.root, ev); err != nil {
			return at(err, r.end)
		}
		return nil
	case r.values.Open():
		return r.values.Read(ev)
	case len(r.open) == 0:
		return io.EOF
	}
	p := &r.open[len(r.open)-1]
	switch {
	case p.shared && p.given == 0:
		p.given = 1
		r.enter(p.n, false, ev)
	case !p.shared && p.given < len(p.n.items):
		p.given++
		if err := r.event(p.n.items[p.given-1], ev); err != nil {
			return at(err, p.n.offset)
		}
	default:
		*ev = serializer.Event{Kind: serializer.KindEnd, Offset: p.n.offset}
		r.open = r.open[:len(r.open)-1]
	}
	return nil
}

// enter begins a container, or the shared value around it.
func (r *reader) enter(n *node, shared bool, ev *serializer.Event) {
	*ev = serializer.Event{Kind: n.kind, Offset: n.offset}
	if shared {
		ev.Kind, ev.Num = serializer.KindShared, uint64(n.index-1)
	}
	r.open = append(r.open, place{n: n, shared: shared})
}

// event sets ev to the first event of an object.
func (r *reader) event(o object, ev *serializer.Event) error {
	if n, ok := o.(*node); ok && n.plain() {
		switch {
		case !n.shares():
			r.enter(n, false, ev)
		case n.index > 0:
			*ev = serializer.Event{Kind: serializer.KindRef, Num: uint64(n.index - 1), Offset: n.offset}
		default:
			r.builder.shared++
			n.index = int32(r.builder.shared)
			r.enter(n, true, ev)
		}
		return nil
	}
	shared := r.builder.shared
	v, err := r.value(o)
	if err != nil {
		return err
	}
	return r.values.Next(v, shared, ev)
}

// plain reports whether a node is a container and nothing more.
func (n *node) plain() bool {
	switch n.kind {
	case serializer.KindList, serializer.KindTuple, serializer.KindSet, serializer.KindFrozenSet, serializer.KindMap:
		return true
	}
	return false
}

// Path returns the path of the last event.
func (r *reader) Path() string {
	path := "$"
	for _, p := range r.open {
		switch {
		case p.shared || p.given == 0:
		case p.n.kind == serializer.KindMap:
			path += keyStep(p.n.items[(p.given-1)&^1])
		default:
			path = fmt.Sprintf("%s[%d]", path, p.given-1)
		}
	}
	return path + strings.TrimPrefix(r.values.Path(), "$")
}

// keyStep returns a key as a step of a path.
func keyStep(key object) string {
	switch key := key.(type) {
	case serializer.Value:
		return tree.KeyStep(key)
	case oldText:
		return tree.KeyStep(serializer.String(strings.ToValidUTF8(string(key), "\ufffd")))
	}
	return "[" + describe(key) + "]"
}
