package serializer

import (
	"bytes"
	"math"
	"math/big"
	"testing"
)

// specimens are values of every kind, those that are easily lost above all.
func specimens(t testing.TB) map[string]Value {
	t.Helper()
	parse := func(kind Kind, text string) Value {
		v, err := Parse(kind, text)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	power := func(n uint) *big.Int { return new(big.Int).Lsh(big.NewInt(1), n) }
	all := map[string]Value{
		"null": Null(), "undefined": Undefined(), "true": Bool(true), "false": Bool(false),
		"zero": Int(0), "minus one": Int(-1), "max": Int(math.MaxInt64), "min": Int(math.MinInt64),
		"2^63": BigInt(power(63)), "2^64-1": BigInt(new(big.Int).Sub(power(64), big.NewInt(1))), "2^64": BigInt(power(64)),
		"-2^63-1": BigInt(new(big.Int).Not(power(63))), "-2^64": BigInt(new(big.Int).Neg(power(64))),
		"-2^64-1": BigInt(new(big.Int).Not(power(64))), "2^4000": BigInt(power(4000)),
		"1.0": Float(1), "-0.0": Float(math.Copysign(0, -1)), "0.1": Float(0.1), "1e300": Float(1e300),
		"smallest": Float(math.SmallestNonzeroFloat64), "largest": Float(math.MaxFloat64), "1e21": Float(1e21),
		"Inf": Float(math.Inf(1)), "-Inf": Float(math.Inf(-1)), "NaN": Float(math.NaN()),
		"quiet NaN":     Float(math.Float64frombits(0x7ff8000000000000)),
		"payload":       Float(math.Float64frombits(0xfff4000000000123)),
		"half payload":  Float(math.Float64frombits(0x7ffc040000000000)),
		"signaling NaN": Float(math.Float64frombits(0x7ff0000000000001)),
		"1e400":         parse(KindNumber, "1e400"),
		"long number":   parse(KindNumber, "3.14159265358979323846264338327950288"),
		"17 digits":     parse(KindNumber, "0.10000000000000001"), "1e-400": parse(KindNumber, "-1e-400"),
		"huge exponent": parse(KindNumber, "1e999999999999999999999"),
		"text":          String("привіт \"\\\u0000\u2028😀"), "empty text": String(""),
		"bytes": Bytes([]byte{0, 1, 255}), "empty bytes": Bytes(nil), "bytearray": ByteArray([]byte("abc")),
		"list": List(Int(1), String("a")), "empty list": List(), "tuple": Tuple(Int(1), Tuple()), "empty tuple": Tuple(),
		"set": Set(Int(1), Float(1), Bool(true)), "frozenset": FrozenSet(Tuple(Int(1)), Null()), "empty set": Set(),
		"map": Map(String("b"), Int(1), String("a"), Int(2)), "empty map": Map(),
		"int keys": Map(Int(1), String("a"), Int(-1), String("b")),
		"mixed keys": Map(
			String("a"),
			List(Map(String("x"), Int(1))),
			Tuple(Int(1)),
			Int(2),
			Null(),
			Int(3),
			Bytes([]byte("k")),
			Int(4),
		),
		"late key":     Map(String("a"), String("},{\":,"), String("b"), Map(), Int(1), List()),
		"fake bytes":   Map(String("$bytes"), String("aGk=")),
		"fake tuple":   Map(String("$tuple"), List(Int(1))),
		"fake dict":    Map(String("$dict"), List(List(Int(1), Int(2)))),
		"no dict":      Map(String("$dict"), List(List(Int(1), Int(2), Int(3)))),
		"fake ref":     Map(String("$ref"), Int(0)),
		"schema":       Map(String("$ref"), String("#/definitions/a"), String("$id"), String("http://a")),
		"fake tag":     Map(String("$tag"), List(Int(27), List(String("a"), Null()))),
		"fake type":    Map(String("$type"), String("a"), String("state"), Null()),
		"fake float":   Map(String("$float"), String("NaN")),
		"odd name":     Instance("a\"b\\\n", PartArgs|PartState, Null(), List(Int(1))),
		"no parts":     Map(String("$type"), String("a"), String("args,state"), List(Int(1))),
		"fake id":      Map(String("$id"), Int(0), String("value"), Null()),
		"fake in set":  Set(Map(String("$undefined"), Bool(true))),
		"datetime":     parse(KindDatetime, "2026-11-25T19:52:57.123456789+02:00"),
		"utc":          parse(KindDatetime, "1969-12-31T23:59:59.5Z"),
		"utc seconds":  parse(KindDatetime, "2026-11-25T19:52:57Z"),
		"far":          parse(KindDatetime, "9999-12-31T23:59:59.999999999Z"),
		"naive":        parse(KindDatetime, "2026-11-25T00:00:00"),
		"fold":         parse(KindDatetime, "2026-10-25T03:30:00+02:00[fold=1]"),
		"odd offset":   parse(KindDatetime, "1890-01-01T00:00:00+02:02:04"),
		"leap":         parse(KindDatetime, "2016-12-31T23:59:60Z"),
		"micro offset": parse(KindDatetime, "1890-01-01T00:00:00-02:02:04.000005"),
		"date":         parse(KindDate, "2024-02-29"), "time": parse(KindTime, "23:59:59.000001"),
		"time offset": parse(KindTime, "01:02:03-05:30[fold=1]"),
		"timedelta":   parse(KindTimedelta, "-86399.999999"), "long timedelta": parse(KindTimedelta, "86399999999999.999999"),
		"no time": parse(KindTimedelta, "0"),
		"decimal": parse(KindDecimal, "1.10"), "decimal -0": parse(KindDecimal, "-0"),
		"decimal -0.00":  parse(KindDecimal, "-0.00"),
		"decimal 1E+400": parse(KindDecimal, "1E+400"), "decimal int": parse(KindDecimal, "5"),
		"decimal NaN":  parse(KindDecimal, "NaN"),
		"decimal sNaN": parse(KindDecimal, "-sNaN123"), "decimal Inf": parse(KindDecimal, "-Infinity"),
		"decimal long":    parse(KindDecimal, "3.14159265358979323846264338327950288"),
		"decimal 1E+2":    parse(KindDecimal, "1E+2"),
		"decimal huge":    parse(KindDecimal, "1E+999999999999999999"),
		"decimal tiny 0":  parse(KindDecimal, "0E-4268070197446512645"),
		"decimal tiniest": parse(KindDecimal, "1.5E-4611686018427387901"), "decimal 0E-7": parse(KindDecimal, "0E-7"),
		"complex":  Complex(complex(1, math.Copysign(0, -1))),
		"complex∞": Complex(complex(math.Inf(-1), math.Float64frombits(0x7ff8000000000007))),
		"fraction": parse(KindFraction, "-1/3"), "unreduced": parse(KindFraction, "2/4"),
		"long fraction": parse(KindFraction, "1234567890123456789012345678901234567890/7"),
		"uuid":          UUID([16]byte{1, 2, 3, 15: 255}),
		"shared":        List(Shared(List(Int(1))), Ref(0), Shared(Map()), Ref(1), Ref(0)),
		"cycle":         Shared(List(Int(1), Ref(0))),
		"deep cycle":    Shared(Map(String("self"), Shared(Tuple(Ref(0), Ref(1))))),
		"instance":      Instance("shop.Item", PartState, Map(String("price"), Int(5))),
		"parts":         Instance("a.B", PartArgs|PartState|PartEntries, Tuple(Int(1)), Null(), Map(Int(1), Int(2))),
		"only args":     Instance("a.B", PartArgs, Tuple()),
		"all parts": Instance(
			"a.B", (PartArgs | PartKwargs | PartState | PartItems | PartEntries), Tuple(), Map(), Undefined(), List(Int(1)),
			Map(),
		),
		"tag": Tagged(55799, List(Int(1))), "tag 1": Tagged(1, Int(1700000000)),
		"large tag": Tagged(math.MaxUint64, Tagged(6, Null())),
		"simple 0":  Simple(0), "simple 255": Simple(255), "simple 32": Simple(32),
		"ext": Ext(5, []byte{1, 2, 3}), "negative ext": Ext(-128, nil), "fixext": Ext(7, make([]byte, 16)),
		"late timestamp": Ext(-1, []byte{0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}),
	}
	for name, v := range all {
		all["in a list: "+name] = List(v, Null())
		if v.Kind() != KindShared && name != "shared" {
			all["key: "+name] = Map(v, Int(1), String("other"), Int(2))
		}
	}
	return all
}

func encoded(t testing.TB, s Serializer, v Value) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := s.Encode(&b, v); err != nil {
		t.Fatalf("%s of %s: %v", s.Name(), v, err)
	}
	return b.Bytes()
}

// TestKindsInFormats takes every kind through every format, and from each format into each other.
func TestKindsInFormats(t *testing.T) {
	seen := map[string]map[string]string{} // format, bytes: the specimen that has them
	for name, v := range specimens(t) {
		for _, s := range Formats() {
			data := encoded(t, s, v)
			if seen[s.Name()] == nil {
				seen[s.Name()] = map[string]string{}
			}
			if other, taken := seen[s.Name()][string(data)]; taken && !Equal(specimens(t)[other], v) {
				t.Errorf("%s: %s and %s have one encoding, %s", s.Name(), name, other, data)
			}
			seen[s.Name()][string(data)] = name
			var back Value
			if err := s.Decode(bytes.NewReader(data), &back); err != nil {
				t.Errorf("%s: %s: decode %q (%x): %v", s.Name(), name, data, data, err)
				continue
			}
			if !Equal(v, back) {
				t.Errorf("%s: %s: %s came back as %s (%s)", s.Name(), name, v, back, data)
			}
			for _, other := range Formats() {
				direct := encoded(t, other, v)
				if again := encoded(t, other, back); !bytes.Equal(direct, again) {
					t.Errorf("%s by way of %s: %s: %q, directly %q", other.Name(), s.Name(), name, again, direct)
				}
			}
		}
	}
}

// TestKindsDiffer compares every specimen with every other.
func TestKindsDiffer(t *testing.T) {
	all := specimens(t)
	bytesOf := map[string]string{}
	for name, v := range all {
		bytesOf[name] = string(encoded(t, Binary{}, v))
	}
	for a, v := range all {
		for b, w := range all {
			if Equal(v, w) != (bytesOf[a] == bytesOf[b]) {
				t.Errorf("%s and %s: equal %v, bytes %x and %x", a, b, Equal(v, w), bytesOf[a], bytesOf[b])
			}
		}
	}
}
