package command_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
)

// largest is how many bytes a hostile input has at most.
const largest = 64 << 10

// A hostileInput is made to hurt whoever reads it.
type hostileInput struct {
	name  string // with the extension of its format
	data  string
	fine  bool // it is only unusual: to be converted exactly
	pairs bool // it has duplicate keys, which --duplicates keep takes
}

// fill repeats a text up to the largest size.
func fill(before, text, after string) string {
	return before + strings.Repeat(text, (largest-len(before)-len(after))/len(text)) + after
}

// nested puts a value into n layers.
func nested(n int, open, value, shut string) string {
	return strings.Repeat(open, n) + value + strings.Repeat(shut, n)
}

// list joins n texts, which may depend on their number.
func list(n int, text func(i int) string) string {
	all := make([]string, n)
	for i := range all {
		all[i] = text(i)
	}
	return strings.Join(all, ",")
}

// colliding names of one length have the same first eight bytes mixed with their last eight, the cheap hash of names.
func colliding(i int) string {
	return fmt.Sprintf("%08d%s%08d", i, "-middle-", i)
}

func hostileJSON() []hostileInput {
	return []hostileInput{
		{name: "arrays.json", data: fill("", "[", "")},
		{name: "arrays shut.json", data: nested(largest/2, "[", "", "]")},
		{name: "1000 arrays.json", data: nested(1000, "[", "1", "]"), fine: true},
		{name: "1001 arrays.json", data: nested(1001, "[", "1", "]")},
		{name: "objects.json", data: fill("", `{"a":`, "")},
		{name: "tuples.json", data: fill("", `{"$tuple":[`, "")},
		{name: "tuples shut.json", data: nested(4000, `{"$tuple":[`, "", `]}`)},
		{name: "999 tuples.json", data: nested(999, `{"$tuple":[`, "1", `]}`), fine: true},
		{name: "dicts.json", data: fill("", `{"$dict":[[`, "")},
		{name: "fake tuples.json", data: nested(490, `{"$tuple":[`, "1", `],"more":1}`), fine: true},
		{name: "sets of sets.json", data: nested(999, `{"$set":[`, "1", `]}`), fine: true},
		{name: "shared in shared.json", data: nested(3000, `{"$id":1,"value":`, "1", `}`)},
		{name: "shared leaves.json", data: "[" + list(1300, func(i int) string {
			return fmt.Sprintf(`{"$id":%d,"value":[{"$ref":%d},{"$ref":%d}]}`, i, max(0, i-1), max(0, i-1))
		}) + "]", fine: true},
		{name: "long number.json", data: fill("[", "7", "]"), fine: true},
		{name: "long fraction.json", data: fill("[0.", "7", "]"), fine: true},
		{name: "long exponent.json", data: fill("[1e", "7", "]"), fine: true},
		{name: "long negative exponent.json", data: fill("[1e-", "7", "]"), fine: true},
		{name: "huge decimal.json", data: `{"$decimal":"1E+999999999999999999999"}`, fine: true},
		{name: "long decimal.json", data: fill(`{"$decimal":"0.`, "7", `"}`), fine: true},
		{name: "huge fraction.json", data: fill(`{"$fraction":"1/`, "7", `"}`), fine: true},
		{name: "numbers.json", data: fill("[", "1e400,", "1]"), fine: true},
		{name: "minus.json", data: "[-]"},
		{name: "zeros.json", data: "[007]"},
		{name: "hexadecimal.json", data: "[0x10]"},
		{name: "NaN.json", data: "[NaN]"},
		{name: "Infinity.json", data: "[-Infinity]"},
		{name: "word.json", data: "[nul"},
		{name: "comma.json", data: "[1,]"},
		{name: "comment.json", data: "[1/*one*/]"},
		{name: "single quotes.json", data: "{'a':1}"},
		{name: "empty.json", data: ""},
		{name: "blank.json", data: fill("", " \n", "")},
		{name: "truncated text.json", data: fill(`["`, "x", "")},
		{name: "truncated escape.json", data: `["\u12`},
		{name: "odd escape.json", data: `["\x41"]`},
		{name: "control character.json", data: "[\"a\x00\"]"},
		{name: "line in a text.json", data: "[\"a\nb\"]"},
		{name: "escapes.json", data: fill(`["`, `\u0000`, `"]`), fine: true},
		{name: "invalid UTF-8.json", data: fill(`["`, "ї", "\xff\"]")},
		{name: "overlong UTF-8.json", data: "[\"\xc0\x80\"]"},
		{name: "surrogate in UTF-8.json", data: "[\"\xed\xa0\x80\"]"},
		{name: "high surrogate.json", data: `["\ud800"]`},
		{name: "low surrogate.json", data: `["\udc00"]`},
		{name: "two high surrogates.json", data: `{"\ud800\ud800":1}`},
		{name: "byte order mark.json", data: "\xef\xbb\xbf[]"},
		{name: "UTF-16.json", data: "\xff\xfe[\x00]\x00"},
		{name: "trailing bytes.json", data: "[] []"},
		{name: "trailing NUL.json", data: "[]\x00"},
		// What no wrapper can hold is an object like any other.
		{name: "dangling.json", data: `[{"$ref":0},{"$id":0,"value":1}]`, fine: true},
		{name: "$id twice.json", data: `[{"$id":0,"value":1},{"$id":0,"value":1}]`, fine: true},
		{name: "own tag.json", data: `{"$tag":[2,{"$bytes":"AQ=="}]}`, fine: true},
		{name: "forbidden tag.json", data: `{"$tag":[24,1]}`, fine: true},
		{name: "names.json", data: "{" + list(5000, func(i int) string { return fmt.Sprintf(`"%x":%d`, i, i%10) }) +
			"}", fine: true},
		{name: "colliding names.json", data: "{" + list(2200, func(i int) string {
			return fmt.Sprintf(`"%s":1`,
				colliding(i))
		}) + "}", fine: true},
		{name: "few colliding names.json", data: "[" + list(140, func(int) string {
			return "{" + list(15, func(i int) string { return fmt.Sprintf(`"%s":1`, colliding(i)) }) + "}"
		}) + "]", fine: true},
		{name: "duplicate at the end.json", data: "{" + list(5000, func(i int) string {
			return fmt.Sprintf(`"%x":%d`,
				i%4999, i%10)
		}) + "}", pairs: true},
		{name: "element twice.json", data: "{\"$set\":[" + list(10_000,
			func(i int) string { return fmt.Sprint(i % 9999) }) + "]}", fine: true},
		{name: "large keys.json", data: `{"$dict":[` + list(60, func(i int) string {
			return `[{"$tuple":[` + list(500, func(int) string { return "1" }) + fmt.Sprintf(",%d]},1]", i)
		}) + "]}", fine: true},
		{name: "brackets in texts.json", data: fill(`[{"$tuple":["`, `]}`, `"]}]`), fine: true},
		{name: "unclosed.json", data: `{"a":[1,2,{"b":"c"}`},
		{name: "schema.json", data: `{"$ref":"#/definitions/a","$id":5,"$bytes":"?","x":{"$tuple":1}}`, fine: true},

		{name: "arrays.jsonl", data: fill("1\n", "[", "")},
		{name: "two values.jsonl", data: "1\n2 3\n"},
		{name: "value on two lines.jsonl", data: "[1,\n2]\n"},
		{name: "truncated.jsonl", data: "{\"a\":1}\n{\"a\":"},
		{name: "byte order mark.jsonl", data: "\xef\xbb\xbf1\n"},
		{name: "blank lines.jsonl", data: fill("", "\r\n", "5"), fine: true},
		{name: "record separators.jsonl", data: "\x1e1\n\x1e2\n"},
	}
}

// size is a big-endian number of 8 bytes.
func size(n uint64) string { return string(binary.BigEndian.AppendUint64(nil, n)) }

func hostileCBOR() []hostileInput {
	return []hostileInput{
		{name: "empty.cbor", data: ""},
		{name: "array of 2^63.cbor", data: "\x9b" + size(1<<63)},
		{name: "array of 2^64-1.cbor", data: "\x9b" + size(1<<64-1)},
		{name: "array of 2^60.cbor", data: "\x9b" + size(1<<60) + "\x00"},
		{name: "array of 2^32.cbor", data: "\x9b" + size(1<<32) + fill("", "\x00", "")[9:]},
		{name: "map of 2^63.cbor", data: "\xbb" + size(1<<63)},
		{name: "map of 2^62.cbor", data: "\xbb" + size(1<<62) + "\x00\x00"},
		{name: "bytes of 2^63.cbor", data: "\x5b" + size(1<<63)},
		{name: "bytes of 2^31.cbor", data: "\x5a\x80\x00\x00\x00abc"},
		{name: "text of 2^64-1.cbor", data: "\x7b" + size(1<<64-1)},
		{name: "text of 2^62.cbor", data: "\x7b" + size(1<<62) + "abc"},
		{name: "chunk of 2^62.cbor", data: "\x5f\x5b" + size(1<<62) + "\xff"},
		{name: "arrays.cbor", data: fill("", "\x81", "")},
		{name: "arrays shut.cbor", data: fill("", "\x81", "\x00")},
		{name: "endless arrays.cbor", data: fill("", "\x9f", "")},
		{name: "arrays of 2^60.cbor", data: fill("", "\x9b"+size(1<<60), "")},
		{name: "maps.cbor", data: fill("", "\xa1\x00", "\x00")},
		{name: "maps as keys.cbor", data: fill("", "\xa1", "\x00")},
		{name: "990 maps as keys.cbor", data: nested(990, "\xa1", "\x00", "\x00"), fine: true},
		{name: "tags.cbor", data: fill("", "\xc6", "\x00")},
		{name: "1000 tags.cbor", data: nested(1000, "\xc6", "\x00", ""), fine: true},
		{name: "shared in shared.cbor", data: fill("", "\xd8\x1c", "\x00")},
		{name: "sets.cbor", data: fill("", "\xd9\x01\x02\x81", "\x00")},
		{name: "chunks.cbor", data: fill("\x5f", "\x40", "\xff"), fine: true},
		{name: "chunks of nothing known.cbor", data: fill("\x5f", "\x5f", "\xff")},
		{name: "chunk of another type.cbor", data: "\x5f\x61a\xff"},
		{name: "character in two chunks.cbor", data: "\x7f\x61\xd1\x61\x97\xff"},
		{name: "break.cbor", data: "\xff"},
		{name: "break in an array.cbor", data: "\x82\x00\xff"},
		{name: "break after a key.cbor", data: "\xbf\x00\xff"},
		{name: "reserved.cbor", data: "\x82\x00\x1c"},
		{name: "endless integer.cbor", data: "\x1f"},
		{name: "simple value in two bytes.cbor", data: "\xf8\x14"},
		{name: "reserved simple value.cbor", data: "\xfc"},
		{name: "truncated integer.cbor", data: "\x1b\x00\x00"},
		{name: "truncated array.cbor", data: fill("\x99\xff\xff", "\x00", "")},
		{name: "trailing bytes.cbor", data: "\x00\x00"},
		{name: "invalid UTF-8.cbor", data: "\x62\xc3\x28"},
		{name: "surrogate.cbor", data: "\x63\xed\xa0\x80"},
		{name: "key twice.cbor", data: "\xa2\x00\x01\x00\x02", pairs: true},
		{name: "key twice, longer.cbor", data: "\xa2\x00\x01\x18\x00\x02", pairs: true},
		{name: "element twice.cbor", data: "\xd9\x01\x02\x82\xf9\x3c\x00\xfa\x3f\x80\x00\x00"},
		{name: "date of a map.cbor", data: "\xc0\xa0"},
		{name: "no date.cbor", data: "\xc0\x6a2013-13-13"},
		{name: "fraction by 0.cbor", data: "\xd8\x1e\x82\x01\x00"},
		{name: "integer of a text.cbor", data: "\xc2\x61a"},
		{name: "integer of 64 KiB.cbor", data: fill("\xc3\x59\xff\xfc", "\xff", ""), fine: true},
		{name: "decimal of 2^61.cbor", data: "\xc4\x82\x1b" + size(1<<61) + "\x03", fine: true},
		{name: "decimal of 2^63.cbor", data: "\xc4\x82\x1b" + size(1<<63) + "\x03"},
		{name: "dangling.cbor", data: "\xd8\x1d\x00"},
		{name: "reference to 2^64-1.cbor", data: "\x82\xd8\x1c\x80\xd8\x1d\x1b" + size(1<<64-1)},
		{name: "2^27 leaves.cbor", data: leaves(27), fine: true},
		{name: "instance without a name.cbor", data: "\xd8\x1b\x82\x60\xf6"},
		{name: "tuple of a map.cbor", data: "\xd9\xc1\xc1\xa0"},

		{name: "truncated.cborseq", data: "\x00\x01\x82\x00"},
		{name: "arrays.cborseq", data: fill("\x00", "\x81", "")},
		{name: "break.cborseq", data: "\x00\xff"},
		{name: "integers.cborseq", data: fill("", "\x00", ""), fine: true},
	}
}

// leaves is a list of n shared pairs, each of twice the one before: 2^n leaves for who follows every reference.
func leaves(n int) string {
	data := string([]byte{0x98, byte(n)})
	for i := range n {
		if i == 0 {
			data += "\xd8\x1c\x82\x00\x00"
			continue
		}
		ref := "\xd8\x1d" + string([]byte{0x18, byte(i - 1)})
		if i-1 < 24 {
			ref = "\xd8\x1d" + string([]byte{byte(i - 1)})
		}
		data += "\xd8\x1c\x82" + ref + ref
	}
	return data
}

func hostileMessagePack() []hostileInput {
	return []hostileInput{
		{name: "empty.msgpack", data: ""},
		{name: "array of 2^32-1.msgpack", data: "\xdd\xff\xff\xff\xff"},
		{name: "map of 2^32-1.msgpack", data: "\xdf\xff\xff\xff\xff"},
		{name: "text of 2^32-1.msgpack", data: "\xdb\xff\xff\xff\xffabc"},
		{name: "bytes of 2^32-1.msgpack", data: "\xc6\xff\xff\xff\xffabc"},
		{name: "extension of 2^32-1.msgpack", data: "\xc9\xff\xff\xff\xff\x05abc"},
		{name: "own extension of 2^32-1.msgpack", data: "\xc9\xff\xff\xff\xff\x50T"},
		{name: "arrays.msgpack", data: fill("", "\x91", "\x00")},
		{name: "arrays of 2^32-1.msgpack", data: fill("", "\xdd\xff\xff\xff\xff", "")},
		{name: "maps as keys.msgpack", data: fill("", "\x81", "\x00")},
		{name: "own extensions.msgpack", data: fill("", "\xc9\xff\xff\xff\xff\x50t", "")},
		{name: "nested extensions.msgpack", data: nestedExtensions()},
		{name: "reserved.msgpack", data: "\x92\x00\xc1"},
		{name: "truncated.msgpack", data: "\x92\x00\xcf\x00"},
		{name: "trailing bytes.msgpack", data: "\x00\x00"},
		{name: "invalid UTF-8.msgpack", data: "\xa2\xc3\x28"},
		{name: "key twice.msgpack", data: "\x82\x00\x01\xcc\x00\x02", pairs: true},
		{name: "timestamp of 5 bytes.msgpack", data: "\xc7\x05\xff\x00\x00\x00\x00\x00"},
		{name: "timestamp of 2^30 nanoseconds.msgpack", data: "\xd7\xff\xff\xff\xff\xff\x00\x00\x00\x00"},
		{name: "empty own extension.msgpack", data: "\xc7\x00\x50"},
		{name: "unknown own extension.msgpack", data: "\xd4\x50\xff"},
		{name: "own extensions of one byte.msgpack", data: fill("\xdd\x00\x00\x4e\x20", "\xd4\x50t", "")},
	}
}

// nestedExtensions are own extensions inside each other, each exactly as long as it claims.
func nestedExtensions() string {
	letter := byte('t')
	data := []byte{0xd4, 0x50, letter}
	for len(data)+8 < largest {
		head := []byte{0xc9, 0, 0, 0, 0, 0x50, letter}
		binary.BigEndian.PutUint32(head[1:], uint32(len(data)+1))
		data = append(head, data...)
	}
	return string(data)
}

func hostilePickles() []hostileInput {
	return []hostileInput{
		{name: "empty.pickle", data: ""},
		{name: "system.pickle", data: "cos\nsystem\n(S'id'\ntR."},
		{name: "eval.pickle", data: "\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x011\x85R."},
		{name: "getattr.pickle", data: "c__builtin__\ngetattr\n(c__builtin__\n__import__\n(S'os'\ntRS'system'\ntR."},
		{name: "bare global.pickle", data: "cos\nsystem\n."},
		{name: "persistent id.pickle", data: "Pfile\n."},
		{name: "extension code.pickle", data: "\x80\x02\x82\x01."},
		{name: "buffer.pickle", data: "\x80\x05\x97."},
		{name: "bytes of 2^63.pickle", data: "\x80\x04\x8e\x00\x00\x00\x00\x00\x00\x00\x80."},
		{name: "text of 2^64-1.pickle", data: "\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\xff."},
		{name: "bytearray of 2^62.pickle", data: "\x80\x05\x96\x00\x00\x00\x00\x00\x00\x00\x40."},
		{name: "frame of 2^63.pickle", data: "\x80\x04\x95\x00\x00\x00\x00\x00\x00\x00\x80N."},
		{name: "integer of -1 bytes.pickle", data: "\x80\x02\x8b\xff\xff\xff\xff."},
		{name: "integer of 64 KiB.pickle", data: fill("\x80\x02\x8b\xf0\xff\x00\x00", "\xff", ".")[:largest-8] + "."},
		{name: "long digits.pickle", data: fill("L", "7", "L\n."), fine: true},
		{name: "marks.pickle", data: fill("", "(", "")},
		{name: "lists.pickle", data: nested(30_000, "(", "", "l") + "."},
		{name: "tuples.pickle", data: fill(")", "\x85", ".")},
		{name: "2^27 leaves.pickle", data: "]q\x000" + strings.Repeat("]h\x00ah\x00aq\x000", 27) + "h\x00.", fine: true},
		{name: "copies of a text.pickle", data: "X\x00\x78\x00\x00" + strings.Repeat("x", 30_720) + "q\x000](" +
			strings.Repeat("h\x00", 16_000) + "e."},
		{name: "key of 2^40 leaves.pickle", data: "((I1\nt" + strings.Repeat("q\x000h\x00h\x00\x86", 40) + "Nd."},
		{name: "long keys.pickle", data: longKeys("")},
		{name: "long keys in tuples.pickle", data: longKeys("\x85\x85")},
		{name: "copies of a set.pickle", data: "(" + integers(9000) + "lq\x000]c__builtin__\nset\nq\x010(" +
			strings.Repeat("h\x01h\x00\x85R", 3000) + "e."},
		{name: "copies of a bytearray.pickle", data: "B\x00\x78\x00\x00" + strings.Repeat("x", 30_720) +
			"q\x000]cbuiltins\nbytearray\nq\x010(" + strings.Repeat("h\x01h\x00\x85R", 5000) + "e."},
		{name: "copies of a name.pickle", data: "\x80\x04X\x00\x78\x00\x00" + strings.Repeat("x", 30_720) +
			"q\x000X\x01\x00\x00\x00aq\x010](" + strings.Repeat("h\x00h\x01\x93)\x81", 4000) + "e."},
		{name: "memo of 2^32-1.pickle", data: fill("", "Nr\xff\xff\xff\xff0", "N."), fine: true},
		{
			name: "decimal of a huge exponent.pickle", data: "}cdecimal\nDecimal\n(X\x0c\x00\x00\x001E+999999999tRNs.",
			fine: true,
		},
		{name: "fraction key.pickle", data: "}cfractions\nFraction\n(X\x00\xf0\x00\x00" + strings.Repeat("7", 0xf000) +
			"tRNs.", fine: true},
		{name: "list in itself.pickle", data: "]q\x00h\x00a.", fine: true},
		{name: "tuple in itself.pickle", data: "]q\x00h\x00\x85a.", fine: true},
		{name: "key in itself.pickle", data: "}q\x00h\x00Ns."},
		{name: "trailing bytes.pickle", data: "N.N."},
		{name: "truncated.pickle", data: "\x80\x04]\x94(K\x01K\x02"},
		{name: "unknown opcode.pickle", data: "\x80\x04\xff."},
		{name: "protocol 255.pickle", data: "\x80\xffN."},
		{name: "invalid UTF-8.pickle", data: "X\x02\x00\x00\x00\xc3\x28."},
		{name: "surrogate.pickle", data: "X\x03\x00\x00\x00\xed\xa0\x80.", fine: true},
		{name: "surrogate in an escape.pickle", data: "V\\ud800\n.", fine: true},
		{name: "state of a list.pickle", data: "]}b."},
	}
}

// integer is the opcode of an integer of two bytes.
func integer(i int) string { return string([]byte{'M', byte(i), byte(i >> 8)}) }

func integers(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(integer(i))
	}
	return b.String()
}

// longKeys is a dict whose keys are thousands of pairs that share a long tuple.
func longKeys(wrap string) string {
	var b bytes.Buffer
	b.WriteString("(" + strings.Repeat("K\x01", 6000) + "tq\x000}(")
	for i := 0; b.Len() < largest-40; i++ {
		b.WriteString("h\x00" + integer(i) + "\x86" + wrap + "N")
	}
	return b.String() + "u."
}

func hostileInputs() []hostileInput {
	all := append(hostileJSON(), hostileCBOR()...)
	return append(append(all, hostileMessagePack()...), hostilePickles()...)
}
