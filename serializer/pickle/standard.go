package pickle

import (
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pythonweb/goweb/serializer"
	"github.com/pythonweb/goweb/serializer/pickle/internal/pyname"
)

// standardEnums are enums of Python's standard library that occur in data.
const standardEnums = " http.HTTPStatus http.HTTPMethod signal.Signals signal.Handlers socket.AddressFamily " +
	"socket.SocketKind re.RegexFlag uuid.SafeUUID calendar.Month calendar.Day "

// memberClass reports whether a name may be that of an enum: a class of a program, with a capital letter.
func memberClass(g *global) bool {
	if pyname.Standard(g.module) {
		return strings.Contains(standardEnums, " "+g.String()+" ")
	}
	first, _ := utf8.DecodeRuneInString(g.name[strings.LastIndexByte(g.name, '.')+1:])
	return unicode.IsUpper(first) && g.module != "pandas" && !strings.HasPrefix(g.module, "pandas.")
}

// isMember reports whether a call is the form in which Python writes a member of an enum: its class, called with its
// value.
func isMember(called *global, arguments *node) bool {
	if !memberClass(called) || len(arguments.items) != 1 {
		return false
	}
	switch v := arguments.items[0].(type) {
	case serializer.Value:
		return true
	case *node:
		return v.kind == serializer.KindTuple
	}
	_, old := arguments.items[0].(oldText)
	return old
}

// attribute handles getattr of a class and a name: a member of an enum as Python 3.11 first wrote it or, before
// protocol 4, a class inside another.
func attribute(m *machine, called *global, arguments *node) (object, error) {
	if len(arguments.items) != 2 {
		return nil, errArguments
	}
	name, err := asText(arguments.items[1])
	if err != nil {
		return nil, err
	}
	class, ok := arguments.items[0].(*global)
	if n, isNode := arguments.items[0].(*node); isNode && n.member != nil {
		class, ok = n.inner(), true // a class inside a class inside another
	}
	if ok && class.String() == "zoneinfo.ZoneInfo" && name == "_unpickle" {
		return &global{module: class.module, name: class.name + "." + name, offset: class.offset}, nil
	}
	if !ok || name == "" || name[0] == '_' || !memberClass(class) {
		if ok {
			return nil, m.refuse(class)
		}
		return nil, m.refuse(called)
	}
	return m.newMember(class, name), nil
}

// newMember makes an instance that is only a name in its class.
func (m *machine) newMember(class *global, name string) *node {
	n := instance(class, m.Start)
	n.member = class
	n.parts[state] = newNode(serializer.KindMap, m.Start, serializer.String("_name_"), serializer.String(name))
	return n
}

// inner returns the class that a member stands for, if it can be one.
func (n *node) inner() *global {
	name, _ := asText(n.parts[state].(*node).items[1]) // newMember made it
	return &global{module: n.member.module, name: n.member.name + "." + name, offset: n.member.offset}
}

// union combines two members of one flag, as Python 3.11 first wrote those of several bits.
func union(m *machine, called *global, arguments *node) (object, error) {
	if len(arguments.items) != 2 {
		return nil, errArguments
	}
	a, ok := arguments.items[0].(*node)
	b, ok2 := arguments.items[1].(*node)
	if !ok || !ok2 || a.member == nil || b.member == nil || a.member.String() != b.member.String() {
		return nil, m.refuse(called)
	}
	first, _ := asText(a.parts[state].(*node).items[1])
	second, _ := asText(b.parts[state].(*node).items[1])
	if err := m.spend(len(first) + len(second)); err != nil {
		return nil, err
	}
	return m.newMember(a.member, first+"|"+second), nil
}

// exception reports whether a name is that of one of Python's built-in exceptions.
func exception(g *global) bool {
	if g.module != "builtins" {
		return false
	}
	for _, end := range []string{"Error", "Exception", "Warning", "Exit", "Interrupt", "StopIteration"} {
		if strings.HasSuffix(g.name, end) {
			return true
		}
	}
	return false
}

// address keeps an address of ipaddress, which Python writes as a number, as text.
func address(m *machine, called *global, arguments *node) (object, error) {
	if len(arguments.items) != 1 {
		return nil, errArguments
	}
	n := instance(called, m.Start)
	n.parts[args] = arguments
	i, isInt := asInt(arguments.items[0])
	if !isInt {
		if _, err := asText(arguments.items[0]); err != nil {
			return nil, err
		}
		return n, nil
	}
	text, ok := addressText(i, called.name == "IPv6Address")
	if !ok {
		return nil, errArguments
	}
	n.parts[args] = tuple(n.offset, serializer.String(text))
	return n, nil
}

// pathParts keeps the parts of a path. In Python 3.13 the module of its classes has another name.
func pathParts(m *machine, called *global, arguments *node) (object, error) {
	for _, part := range arguments.items {
		_, broken := part.(surrogates)
		if _, err := asText(part); err != nil && !broken {
			return nil, err
		}
	}
	n := instance(&global{module: "pathlib", name: called.name}, m.Start)
	n.parts[args] = arguments
	return n, nil
}

// withZone keeps the name of a time's zone beside the time: an instance with both as its arguments.
func withZone(m *machine, called *global, arguments *node, o object, err error) (object, error) {
	if err != nil || len(arguments.items) != 2 {
		return o, err
	}
	n := instance(called, m.Start)
	switch z := arguments.items[1].(type) {
	case namedZone:
		n.parts[args] = tuple(int64(m.Start), o, serializer.String(z.name))
	case *node:
		n.parts[args] = tuple(int64(m.Start), o, z)
	default:
		return o, nil
	}
	return n, nil
}

// zoneInfo takes the name of a zone of the tz database, and whether Python may take it from its cache.
func zoneInfo(m *machine, _ *global, arguments *node) (object, error) {
	if n := len(arguments.items); n < 1 || n > 2 {
		return nil, errArguments
	}
	if _, err := asText(arguments.items[0]); err != nil {
		return nil, err
	}
	n := instance(&global{module: "zoneinfo", name: "ZoneInfo"}, m.Start)
	n.parts[args] = tuple(n.offset, arguments.items[0])
	return n, nil
}

func pytzUTC(*machine, *global, *node) (object, error) { return zone(0), nil }

// pytzZone takes a zone of the tz database and, if its offset changes over time, the one in force: the seconds from
// UTC, the seconds of daylight saving time and the abbreviation.
func pytzZone(m *machine, _ *global, arguments *node) (object, error) {
	if n := len(arguments.items); n != 1 && n != 4 {
		return nil, errArguments
	}
	n := instance(&global{module: "pytz", name: "timezone"}, m.Start)
	n.parts[args] = arguments
	return n, nil
}

// timezone takes a timedelta of less than a day, and a name.
func timezone(_ *machine, _ *global, arguments *node) (object, error) {
	name := ""
	if len(arguments.items) == 2 {
		var err error
		if name, err = asText(arguments.items[1]); err != nil {
			return nil, err
		}
	} else if len(arguments.items) != 1 {
		return nil, errArguments
	}
	v, ok := arguments.items[0].(serializer.Value)
	if !ok || v.Kind() != serializer.KindTimedelta {
		return nil, errArguments
	}
	r, ok := new(big.Rat).SetString(v.Text())
	if !ok {
		return nil, errArguments
	}
	r.Mul(r, big.NewRat(1e6, 1))
	if !r.IsInt() || r.Num().CmpAbs(big.NewInt(86400e6)) >= 0 {
		return nil, errArguments
	}
	z := zone(r.Num().Int64())
	if len(arguments.items) == 2 {
		return namedZone{z, name}, nil
	}
	return z, nil
}

func decimal(_ *machine, _ *global, arguments *node) (object, error) {
	if len(arguments.items) != 1 {
		return nil, errArguments
	}
	s, err := asText(arguments.items[0])
	if err != nil {
		return nil, err
	}
	return parsed(serializer.KindDecimal, s)
}

// fraction takes "n/d", or "n", or the two integers.
func fraction(_ *machine, _ *global, arguments *node) (object, error) {
	switch len(arguments.items) {
	case 1:
		s, err := asText(arguments.items[0])
		if err != nil {
			return nil, err
		}
		if !strings.Contains(s, "/") {
			s += "/1"
		}
		return parsed(serializer.KindFraction, s)
	case 2:
		num, ok := asInt(arguments.items[0])
		den, ok2 := asInt(arguments.items[1])
		if ok && ok2 {
			return parsed(serializer.KindFraction, num.String()+"/"+den.String())
		}
	}
	return nil, errArguments
}
