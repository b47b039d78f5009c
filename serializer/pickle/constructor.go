package pickle

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/pythonweb/goweb/serializer"
)

// A constructor makes an object of one of the listed types from the arguments of a call.
type constructor func(m *machine, called *global, arguments *node) (object, error)

var errArguments = errors.New("called in a way that Python's own pickles never use")

// constructors are the constructors of the listed types.
var constructors = map[string]constructor{
	"builtins.set":            set(serializer.KindSet),
	"builtins.frozenset":      set(serializer.KindFrozenSet),
	"builtins.complex":        complexNumber,
	"builtins.bytes":          bytesObject,
	"_codecs.encode":          bytesObject,
	"builtins.bytearray":      byteArray,
	"builtins.range":          asInstance(1, 3),
	"builtins.slice":          asInstance(3, 3),
	"collections.OrderedDict": orderedDict,
	"collections.defaultdict": defaultDict,
	"collections.deque":       asInstance(0, 2),
	"collections.Counter":     asInstance(0, 1),
	"datetime.datetime":       datetime,
	"datetime.date":           date,
	"datetime.time":           timeOfDay,
	"datetime.timedelta":      timedelta,
	"datetime.timezone":       timezone,
	"decimal.Decimal":         decimal,
	"fractions.Fraction":      fraction,

	"array.array":                 listedArray,
	"array._array_reconstructor":  rebuiltArray,
	"builtins.getattr":            attribute,
	"_operator.or_":               union,
	"operator.or_":                union,
	"ipaddress.IPv4Address":       address,
	"ipaddress.IPv6Address":       address,
	"ipaddress.IPv4Network":       address,
	"ipaddress.IPv6Network":       address,
	"ipaddress.IPv4Interface":     address,
	"ipaddress.IPv6Interface":     address,
	"time.struct_time":            asInstance(1, 2),
	"types.SimpleNamespace":       asInstance(0, 1),
	"zoneinfo.ZoneInfo._unpickle": zoneInfo,
	"zoneinfo.ZoneInfo":           zoneInfo,
	"pytz._UTC":                   pytzUTC,
	"pytz._p":                     pytzZone,
}

// asText returns the text of a string, or of a str of Python 2 in ASCII.
func asText(o object) (string, error) {
	switch o := o.(type) {
	case serializer.Value:
		if o.Kind() == serializer.KindString {
			return o.Text(), nil
		}
	case oldText:
		if v, err := asciiText(o); err == nil {
			return v.Text(), nil
		}
	}
	return "", errArguments
}

// asBytes returns the content of bytes, or of a str of Python 2.
func asBytes(o object) ([]byte, bool) {
	switch o := o.(type) {
	case serializer.Value:
		return o.Bytes(), o.Kind() == serializer.KindBytes
	case oldText:
		return o, true
	}
	return nil, false
}

func asInt(o object) (*big.Int, bool) {
	v, ok := o.(serializer.Value)
	if !ok {
		return nil, false
	}
	return v.Big()
}

// latin1 encodes text.
func latin1(s string) ([]byte, error) {
	out := make([]byte, 0, len(s))
	for _, r := range s {
		if r > 0xff {
			return nil, errArguments
		}
		out = append(out, byte(r))
	}
	return out, nil
}

// placeOfElement is about how many bytes of memory an element of a set needs.
const placeOfElement = 64

func set(kind serializer.Kind) constructor {
	return func(m *machine, _ *global, arguments *node) (object, error) {
		n := newNode(kind, m.Start)
		if len(arguments.items) == 0 {
			return n, nil
		}
		list, ok := arguments.items[0].(*node)
		if !ok || len(arguments.items) != 1 || list.kind != serializer.KindList && list.kind != serializer.KindTuple {
			return nil, errArguments
		}
		if err := m.spend(placeOfElement * len(list.items)); err != nil {
			return nil, err
		}
		return n, m.add(n, slices.Clone(list.items))
	}
}

// asInstance keeps a call as an instance with its arguments.
func asInstance(least, most int) constructor {
	return func(m *machine, called *global, arguments *node) (object, error) {
		if n := len(arguments.items); n < least || n > most {
			return nil, errArguments
		}
		n := instance(called, m.Start)
		if len(arguments.items) > 0 {
			n.parts[args] = arguments
		}
		return n, nil
	}
}

func complexNumber(_ *machine, _ *global, arguments *node) (object, error) {
	if len(arguments.items) != 2 {
		return nil, errArguments
	}
	re, ok := arguments.items[0].(serializer.Value)
	im, ok2 := arguments.items[1].(serializer.Value)
	if !ok || !ok2 {
		return nil, errArguments
	}
	x, ok := re.Float()
	y, ok2 := im.Float()
	if !ok || !ok2 {
		return nil, errArguments
	}
	return serializer.Complex(complex(x, y)), nil
}

// bytesObject makes bytes as protocols 0 to 2 write them: from text in Latin-1, or nothing.
func bytesObject(_ *machine, _ *global, arguments *node) (object, error) {
	if len(arguments.items) == 0 {
		return serializer.Bytes(nil), nil
	}
	if len(arguments.items) != 2 {
		return nil, errArguments
	}
	b, err := encodedText(arguments)
	return serializer.Bytes(b), err
}

func encodedText(arguments *node) ([]byte, error) {
	s, err := asText(arguments.items[0])
	if err != nil {
		return nil, err
	}
	if encoding, err := asText(arguments.items[1]); err != nil || encoding != "latin1" && encoding != "latin-1" {
		return nil, errArguments
	}
	return latin1(s)
}

func byteArray(m *machine, _ *global, arguments *node) (object, error) {
	n := newNode(serializer.KindByteArray, m.Start)
	switch len(arguments.items) {
	case 0:
		return n, nil
	case 1:
		b, ok := asBytes(arguments.items[0])
		if !ok {
			return nil, errArguments
		}
		n.bytes = b
		return n, nil
	case 2:
		var err error
		n.bytes, err = encodedText(arguments)
		return n, err
	}
	return nil, errArguments
}

// orderedDict takes nothing, or the list of pairs that Python 2 writes.
func orderedDict(m *machine, called *global, arguments *node) (object, error) {
	n := instance(called, m.Start)
	dict := n.part(entries, serializer.KindMap)
	if len(arguments.items) == 0 {
		return n, nil
	}
	list, ok := arguments.items[0].(*node)
	if !ok || len(arguments.items) != 1 || list.kind != serializer.KindList {
		return nil, errArguments
	}
	if err := m.spend(placeOfElement * len(list.items)); err != nil {
		return nil, err
	}
	for _, item := range list.items {
		pair, ok := item.(*node)
		if !ok || len(pair.items) != 2 || pair.kind != serializer.KindList && pair.kind != serializer.KindTuple {
			return nil, errArguments
		}
		if err := m.set(dict, slices.Clone(pair.items)); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// factories are the types that a defaultdict may have as its factory; it is kept as a name.
const factories = " builtins.list builtins.dict builtins.set builtins.frozenset builtins.tuple builtins.int " +
	"builtins.float builtins.str builtins.bytes builtins.bool builtins.complex builtins.bytearray builtins.object " +
	"collections.OrderedDict collections.deque collections.Counter "

func defaultDict(m *machine, called *global, arguments *node) (object, error) {
	n := instance(called, m.Start)
	n.part(entries, serializer.KindMap)
	if len(arguments.items) == 0 {
		return n, nil
	}
	if len(arguments.items) != 1 {
		return nil, errArguments
	}
	factory := arguments.items[0]
	if g, ok := factory.(*global); ok {
		if !strings.Contains(factories, " "+g.String()+" ") {
			return nil, m.refuse(g)
		}
		factory = serializer.String(g.String())
	} else if v, ok := factory.(serializer.Value); !ok || v.Kind() != serializer.KindNull {
		return nil, errArguments
	}
	n.parts[args] = tuple(n.offset, factory)
	return n, nil
}

func parsed(kind serializer.Kind, text string) (object, error) {
	v, err := serializer.Parse(kind, text)
	if err != nil {
		return nil, errArguments
	}
	return v, nil
}

// stamp reads the ten bytes of a datetime, the four of a date or the six of a time.
func stamp(arguments *node, size int) (b []byte, tz string, err error) {
	if n := len(arguments.items); n < 1 || n > 2 {
		return nil, "", errArguments
	}
	b, ok := asBytes(arguments.items[0])
	if !ok {
		// Python 2 wrote a str, which protocol 0 may hold as text.
		s, err := asText(arguments.items[0])
		if err != nil {
			return nil, "", err
		}
		if b, err = latin1(s); err != nil {
			return nil, "", err
		}
	}
	if len(b) != size {
		return nil, "", errArguments
	}
	if len(arguments.items) == 2 {
		switch z := arguments.items[1].(type) {
		case zone:
			tz = z.String()
		case namedZone:
			tz = z.zone.String()
		case *node:
			if z.kind == serializer.KindInstance && z.open() {
				return b, "", nil // withZone keeps it beside the local time
			}
			return nil, "", errArguments
		default:
			return nil, "", errArguments
		}
	}
	return b, tz, nil
}

// String writes the offset as ISO 8601 does.
func (z zone) String() string {
	sign, us := '+', int64(z)
	if us < 0 {
		sign, us = '-', -us
	}
	seconds := us / 1e6
	return fmt.Sprintf("%c%02d:%02d:%02d.%06d", sign, seconds/3600, seconds/60%60, seconds%60, us%1e6)
}

func clock(b []byte, tz string, fold bool) string {
	us := int(b[3])<<16 | int(b[4])<<8 | int(b[5])
	s := fmt.Sprintf("%02d:%02d:%02d.%06d%s", b[0], b[1], b[2], us, tz)
	if fold {
		s += "[fold=1]"
	}
	return s
}

func datetime(m *machine, called *global, arguments *node) (object, error) {
	b, tz, err := stamp(arguments, 10)
	if err != nil {
		return nil, err
	}
	month, fold := b[2]&0x7f, b[2]&0x80 != 0
	if b[6] > 59 {
		return nil, errArguments
	}
	text := fmt.Sprintf("%04d-%02d-%02dT%s", binary.BigEndian.Uint16(b), month, b[3], clock(b[4:], tz, fold))
	o, err := parsed(serializer.KindDatetime, text)
	return withZone(m, called, arguments, o, err)
}

func date(_ *machine, _ *global, arguments *node) (object, error) {
	b, tz, err := stamp(arguments, 4)
	if err != nil || tz != "" {
		return nil, errArguments
	}
	return parsed(serializer.KindDate, fmt.Sprintf("%04d-%02d-%02d", binary.BigEndian.Uint16(b), b[2], b[3]))
}

func timeOfDay(m *machine, called *global, arguments *node) (object, error) {
	b, tz, err := stamp(arguments, 6)
	if err != nil {
		return nil, err
	}
	hour, fold := b[0]&0x7f, b[0]&0x80 != 0
	o, err := parsed(serializer.KindTime, clock(append([]byte{hour}, b[1:]...), tz, fold))
	return withZone(m, called, arguments, o, err)
}

// microseconds reads the arguments of a timedelta: days, seconds and microseconds.
func microseconds(arguments *node) (*big.Int, error) {
	if len(arguments.items) != 3 {
		return nil, errArguments
	}
	total := new(big.Int)
	for i, scale := range []int64{86400e6, 1e6, 1} {
		n, ok := asInt(arguments.items[i])
		if !ok || n.BitLen() > 40 {
			return nil, errArguments
		}
		total.Add(total, new(big.Int).Mul(n, big.NewInt(scale)))
	}
	return total, nil
}

func timedelta(_ *machine, _ *global, arguments *node) (object, error) {
	us, err := microseconds(arguments)
	if err != nil {
		return nil, err
	}
	sign := ""
	if us.Sign() < 0 {
		sign = "-"
	}
	seconds, rest := new(big.Int).QuoRem(us.Abs(us), big.NewInt(1e6), new(big.Int))
	return parsed(serializer.KindTimedelta, fmt.Sprintf("%s%s.%06d", sign, seconds, rest))
}
