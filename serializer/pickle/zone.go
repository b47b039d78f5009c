package pickle

import (
	"math/big"

	"github.com/pythonweb/goweb/serializer"
)

// withZone keeps the name of a time's zone beside the time: an instance with both as its arguments.
func withZone(m *machine, called *global, arguments *node, o object, err error) (object, error) {
	if err != nil || len(arguments.items) != 2 {
		return o, err
	}
	z, ok := arguments.items[1].(namedZone)
	if !ok {
		return o, nil
	}
	n := instance(called, m.start)
	n.parts[args] = tuple(int64(m.start), o, serializer.String(z.name))
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
