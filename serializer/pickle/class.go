package pickle

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/pythonweb/goweb/serializer"
	"github.com/pythonweb/goweb/serializer/pickle/internal/opcode"
	"github.com/pythonweb/goweb/serializer/pickle/internal/pyname"
)

// class runs the opcodes that name classes, call them, and set the state of instances.
func (m *machine) class(s opcode.Step) error {
	switch s.Op {
	case opcode.Global:
		return m.pushGlobal(string(s.Text), string(s.Text2))
	case opcode.StackGlobal:
		name, err := m.popText()
		if err != nil {
			return err
		}
		module, err := m.popText()
		if err != nil {
			return err
		}
		return m.pushGlobal(module, name)
	case opcode.Inst:
		objects, err := m.popMark()
		if err != nil {
			return err
		}
		if err := m.pushGlobal(string(s.Text), string(s.Text2)); err != nil {
			return err
		}
		class, err := m.popClass()
		if err != nil {
			return err
		}
		return m.instantiate(class, tuple(int64(m.Start), objects...), nil)
	case opcode.Obj:
		objects, err := m.popMark()
		if err != nil {
			return err
		}
		if len(objects) == 0 {
			return errStack
		}
		class, ok := objects[0].(*global)
		if !ok {
			return fmt.Errorf("%s is not a class", describe(objects[0]))
		}
		return m.instantiate(class, tuple(int64(m.Start), objects[1:]...), nil)
	case opcode.Newobj:
		class, arguments, err := m.popCall()
		if err != nil {
			return err
		}
		return m.instantiate(class, arguments, nil)
	case opcode.NewobjEx:
		keywords, err := m.pop()
		if err != nil {
			return err
		}
		dict, ok := keywords.(*node)
		if !ok || dict.kind != serializer.KindMap {
			return fmt.Errorf("%s is not a dict of keyword arguments", describe(keywords))
		}
		class, arguments, err := m.popCall()
		if err != nil {
			return err
		}
		return m.instantiate(class, arguments, dict)
	case opcode.Reduce:
		called, arguments, err := m.popCall()
		if err != nil {
			return err
		}
		return m.reduce(called, arguments)
	}
	return m.build()
}

func (m *machine) popText() (string, error) {
	o, err := m.pop()
	if err != nil {
		return "", err
	}
	switch o := o.(type) {
	case serializer.Value:
		if o.Kind() == serializer.KindString {
			return o.Text(), nil
		}
	case oldText:
		return string(o), nil
	}
	return "", fmt.Errorf("%s is not a name", describe(o))
}

func (m *machine) popTuple() (*node, error) {
	o, err := m.pop()
	if err != nil {
		return nil, err
	}
	n, ok := o.(*node)
	if !ok || n.kind != serializer.KindTuple {
		return nil, fmt.Errorf("%s is not a tuple of arguments", describe(o))
	}
	return n, nil
}

// popCall pops a class and the arguments that it is called with.
func (m *machine) popCall() (class *global, arguments *node, err error) {
	if arguments, err = m.popTuple(); err == nil {
		class, err = m.popClass()
	}
	return class, arguments, err
}

func (m *machine) popClass() (*global, error) {
	o, err := m.pop()
	if err != nil {
		return nil, err
	}
	if n, isNode := o.(*node); isNode && n.member != nil {
		return n.inner(), nil
	}
	class, ok := o.(*global)
	if !ok {
		return nil, fmt.Errorf("%s is not a class", describe(o))
	}
	return class, nil
}

// pushGlobal pushes a name; whether it may be used is decided later.
func (m *machine) pushGlobal(module, name string) error {
	if m.proto < 3 {
		module, name = pyname.Modern(module, name)
	}
	if module == "" || name == "" || !utf8.ValidString(module) || !utf8.ValidString(name) ||
		strings.ContainsAny(module+name, "\n\r\x00") {
		return fmt.Errorf("%q is not the name of a class", module+"."+name)
	}
	if err := m.spend(len(module) + len(name)); err != nil {
		return err
	}
	return m.push(&global{module: module, name: name, offset: int64(m.Start)})
}

// instantiate makes an instance by the class's own __new__, or as INST and OBJ do.
func (m *machine) instantiate(class *global, arguments, keywords *node) error {
	if pyname.Standard(class.module) {
		if class.String() == "uuid.UUID" && len(arguments.items) == 0 && keywords == nil {
			n := instance(class, m.Start)
			n.uuid = true
			return m.push(n)
		}
		if keywords == nil {
			return m.reduce(class, arguments)
		}
		if !m.keepClasses {
			return m.refuse(class)
		}
	}
	n := instance(class, m.Start)
	if len(arguments.items) > 0 {
		n.parts[args] = arguments
	}
	if keywords != nil && len(keywords.items) > 0 {
		n.parts[kwargs] = keywords
	}
	return m.push(n)
}

func (m *machine) refuse(called *global) error { return refused("import and call", called) }

var errNotPlain = errors.New("which is not plain data")

// refused returns the error for a pickle that would do something with a name.
func refused(what string, g *global) error {
	err := fmt.Errorf("the pickle would %s %s, %w", what, g, errNotPlain)
	if top, _, _ := strings.Cut(g.module, "."); top == "pandas" {
		err = fmt.Errorf("%w: pandas pickles its objects in another form in every version "+
			"(in Python, write them with to_json, to_csv or to_parquet)", err)
	}
	return &serializer.Error{Offset: g.offset, Err: err}
}

// keep makes an instance of an unknown call, if the options say so.
func (m *machine) keep(called *global, arguments *node) error {
	if !m.keepClasses {
		return m.refuse(called)
	}
	n := instance(called, m.Start)
	if len(arguments.items) > 0 {
		n.parts[args] = arguments
	}
	return m.push(n)
}

// constructorOf returns the constructor of a listed type.
func constructorOf(called *global) (constructor, bool) {
	switch {
	case exception(called):
		return asInstance(0, 100), true
	case strings.HasPrefix(called.String(), "pathlib.") && strings.HasSuffix(called.name, "Path"):
		return pathParts, true
	}
	if construct, known := numpyConstructor(called); known {
		return construct, true
	}
	construct, known := constructors[called.String()]
	return construct, known
}

// reduce calls the constructors of the listed types.
func (m *machine) reduce(called *global, arguments *node) error {
	if called.String() == "copyreg._reconstructor" {
		return m.reconstruct(called, arguments)
	}
	construct, known := constructorOf(called)
	switch {
	case !known && isMember(called, arguments):
		construct = asInstance(1, 1)
	case !known:
		return m.keep(called, arguments)
	}
	for _, argument := range arguments.items {
		if err := m.spend(length(argument)); err != nil {
			return err
		}
	}
	o, err := construct(m, called, arguments)
	if err != nil && m.keepClasses && !errors.Is(err, serializer.ErrLimit) {
		return m.keep(called, arguments)
	}
	if placed := new(serializer.Error); errors.As(err, &placed) {
		return err
	}
	if err != nil {
		return fmt.Errorf("%s: %w", called, err)
	}
	return m.push(o)
}

// reconstruct makes an instance as protocols 0 and 1 describe it: class, base class, state of the base.
func (m *machine) reconstruct(called *global, arguments *node) error {
	if len(arguments.items) != 3 {
		return m.keep(called, arguments)
	}
	class, ok := arguments.items[0].(*global)
	if inside, isNode := arguments.items[0].(*node); isNode && inside.member != nil {
		class, ok = inside.inner(), true
	}
	base, isBase := arguments.items[1].(*global)
	if !ok || !isBase {
		return m.keep(called, arguments)
	}
	n := instance(class, m.Start)
	inner := arguments.items[2]
	switch base.String() {
	case "builtins.object":
		if v, ok := inner.(serializer.Value); !ok || v.Kind() != serializer.KindNull {
			return m.keep(called, arguments)
		}
		return m.instantiate(class, tuple(int64(m.Start)), nil)
	case "builtins.list", "builtins.dict":
		from, ok := inner.(*node)
		which, kind := items, serializer.KindList
		if base.name == "dict" {
			which, kind = entries, serializer.KindMap
		}
		if !ok || from.kind != kind || pyname.Standard(class.module) {
			return m.keep(called, arguments)
		}
		n.parts[which] = from
		return m.push(n)
	case "builtins.int", "builtins.float", "builtins.str", "builtins.bytes", "builtins.tuple", "builtins.set",
		"builtins.frozenset", "builtins.complex":
		if pyname.Standard(class.module) {
			return m.keep(called, arguments)
		}
		n.parts[args] = tuple(int64(m.Start), inner)
		return m.push(n)
	}
	return m.keep(called, arguments)
}

var errTwoStates = errors.New("BUILD of an object that already has a state")

// build sets the state of the instance on the stack.
func (m *machine) build() error {
	given, err := m.pop()
	if err != nil {
		return err
	}
	o, err := m.top()
	if err != nil {
		return err
	}
	if d, ok := o.(*dtype); ok {
		return d.complete(given)
	}
	n, ok := o.(*node)
	if !ok || n.kind != serializer.KindInstance || n.member != nil {
		return fmt.Errorf("%s cannot have a state", describe(o))
	}
	if n.array != nil {
		return n.fill(m, given)
	}
	if n.uuid {
		return n.completeUUID(given)
	}
	if n.parts[state] != nil {
		return errTwoStates
	}
	n.parts[state] = given
	return nil
}

var errUUID = errors.New("uuid.UUID has a state that Python's own pickles never give it")

// completeUUID sets the state of a uuid.UUID: {"int": n}.
func (n *node) completeUUID(given object) error {
	dict, ok := given.(*node)
	if !ok || dict.kind != serializer.KindMap || len(dict.items) < 2 || n.bytes != nil {
		return errUUID
	}
	if len(dict.items) == 4 { // uuid1 adds whether the system made it safely, which is not part of its value
		name, err := asText(dict.items[2])
		if _, ok := asInt(dict.items[3]); err != nil || name != "is_safe" || !ok {
			return errUUID
		}
	} else if len(dict.items) != 2 {
		return errUUID
	}
	name, err := asText(dict.items[0])
	v, isValue := dict.items[1].(serializer.Value)
	i, isInt := v.Big()
	if err != nil || name != "int" || !isValue || !isInt || i.Sign() < 0 || i.BitLen() > 128 {
		return errUUID
	}
	n.bytes = i.FillBytes(make([]byte, 16))
	return nil
}
