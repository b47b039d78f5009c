// Package opcode reads the opcodes of pickles: their names and their arguments.
package opcode

// An Argument is the encoding of an opcode's argument.
type Argument uint8

const (
	ArgNone   Argument = iota
	ArgByte            // one byte
	ArgTwo             // two bytes, little-endian
	ArgFour            // four bytes, little-endian
	ArgEight           // eight bytes, little-endian
	ArgFloat           // binary64, big-endian
	ArgLine            // text up to a line feed
	ArgLines           // two such texts
	ArgBytes1          // a length of one byte and so many bytes
	ArgBytes4          // a length of four bytes
	ArgBytes8          // a length of eight bytes
)

// The opcodes, by the names that Python's pickletools gives them.
const (
	Mark            = '('
	EmptyTuple      = ')'
	Stop            = '.'
	Pop             = '0'
	PopMark         = '1'
	Dup             = '2'
	Binbytes        = 'B'
	ShortBinbytes   = 'C'
	Float           = 'F'
	Binfloat        = 'G'
	Int             = 'I'
	Binint          = 'J'
	Binint1         = 'K'
	Long            = 'L'
	Binint2         = 'M'
	None            = 'N'
	Persid          = 'P'
	Binpersid       = 'Q'
	Reduce          = 'R'
	String          = 'S'
	Binstring       = 'T'
	ShortBinstring  = 'U'
	Unicode         = 'V'
	Binunicode      = 'X'
	EmptyList       = ']'
	Append          = 'a'
	Build           = 'b'
	Global          = 'c'
	Dict            = 'd'
	Appends         = 'e'
	Get             = 'g'
	Binget          = 'h'
	Inst            = 'i'
	LongBinget      = 'j'
	List            = 'l'
	Obj             = 'o'
	Put             = 'p'
	Binput          = 'q'
	LongBinput      = 'r'
	Setitem         = 's'
	Tuple           = 't'
	Setitems        = 'u'
	EmptyDict       = '}'
	Proto           = 0x80
	Newobj          = 0x81
	Ext1            = 0x82
	Ext2            = 0x83
	Ext4            = 0x84
	Tuple1          = 0x85
	Tuple2          = 0x86
	Tuple3          = 0x87
	Newtrue         = 0x88
	Newfalse        = 0x89
	Long1           = 0x8a
	Long4           = 0x8b
	ShortBinunicode = 0x8c
	Binunicode8     = 0x8d
	Binbytes8       = 0x8e
	EmptySet        = 0x8f
	Additems        = 0x90
	Frozenset       = 0x91
	NewobjEx        = 0x92
	StackGlobal     = 0x93
	Memoize         = 0x94
	Frame           = 0x95
	Bytearray8      = 0x96
	NextBuffer      = 0x97
	ReadonlyBuffer  = 0x98
)

// An opcode is the name of an opcode and the encoding of its argument.
type opcode struct {
	name     string
	argument Argument
}

// opcodes lists all opcodes by their byte; one without a name does not exist.
var opcodes = [256]opcode{
	Mark:            {"MARK", ArgNone},
	EmptyTuple:      {"EMPTY_TUPLE", ArgNone},
	Stop:            {"STOP", ArgNone},
	Pop:             {"POP", ArgNone},
	PopMark:         {"POP_MARK", ArgNone},
	Dup:             {"DUP", ArgNone},
	Binbytes:        {"BINBYTES", ArgBytes4},
	ShortBinbytes:   {"SHORT_BINBYTES", ArgBytes1},
	Float:           {"FLOAT", ArgLine},
	Binfloat:        {"BINFLOAT", ArgFloat},
	Int:             {"INT", ArgLine},
	Binint:          {"BININT", ArgFour},
	Binint1:         {"BININT1", ArgByte},
	Long:            {"LONG", ArgLine},
	Binint2:         {"BININT2", ArgTwo},
	None:            {"NONE", ArgNone},
	Persid:          {"PERSID", ArgLine},
	Binpersid:       {"BINPERSID", ArgNone},
	Reduce:          {"REDUCE", ArgNone},
	String:          {"STRING", ArgLine},
	Binstring:       {"BINSTRING", ArgBytes4},
	ShortBinstring:  {"SHORT_BINSTRING", ArgBytes1},
	Unicode:         {"UNICODE", ArgLine},
	Binunicode:      {"BINUNICODE", ArgBytes4},
	EmptyList:       {"EMPTY_LIST", ArgNone},
	Append:          {"APPEND", ArgNone},
	Build:           {"BUILD", ArgNone},
	Global:          {"GLOBAL", ArgLines},
	Dict:            {"DICT", ArgNone},
	Appends:         {"APPENDS", ArgNone},
	Get:             {"GET", ArgLine},
	Binget:          {"BINGET", ArgByte},
	Inst:            {"INST", ArgLines},
	LongBinget:      {"LONG_BINGET", ArgFour},
	List:            {"LIST", ArgNone},
	Obj:             {"OBJ", ArgNone},
	Put:             {"PUT", ArgLine},
	Binput:          {"BINPUT", ArgByte},
	LongBinput:      {"LONG_BINPUT", ArgFour},
	Setitem:         {"SETITEM", ArgNone},
	Tuple:           {"TUPLE", ArgNone},
	Setitems:        {"SETITEMS", ArgNone},
	EmptyDict:       {"EMPTY_DICT", ArgNone},
	Proto:           {"PROTO", ArgByte},
	Newobj:          {"NEWOBJ", ArgNone},
	Ext1:            {"EXT1", ArgByte},
	Ext2:            {"EXT2", ArgTwo},
	Ext4:            {"EXT4", ArgFour},
	Tuple1:          {"TUPLE1", ArgNone},
	Tuple2:          {"TUPLE2", ArgNone},
	Tuple3:          {"TUPLE3", ArgNone},
	Newtrue:         {"NEWTRUE", ArgNone},
	Newfalse:        {"NEWFALSE", ArgNone},
	Long1:           {"LONG1", ArgBytes1},
	Long4:           {"LONG4", ArgBytes4},
	ShortBinunicode: {"SHORT_BINUNICODE", ArgBytes1},
	Binunicode8:     {"BINUNICODE8", ArgBytes8},
	Binbytes8:       {"BINBYTES8", ArgBytes8},
	EmptySet:        {"EMPTY_SET", ArgNone},
	Additems:        {"ADDITEMS", ArgNone},
	Frozenset:       {"FROZENSET", ArgNone},
	NewobjEx:        {"NEWOBJ_EX", ArgNone},
	StackGlobal:     {"STACK_GLOBAL", ArgNone},
	Memoize:         {"MEMOIZE", ArgNone},
	Frame:           {"FRAME", ArgEight},
	Bytearray8:      {"BYTEARRAY8", ArgBytes8},
	NextBuffer:      {"NEXT_BUFFER", ArgNone},
	ReadonlyBuffer:  {"READONLY_BUFFER", ArgNone},
}

// Name returns what pickletools calls an opcode, "" if there is none with that byte.
func Name(op byte) string { return opcodes[op].name }

// ArgumentOf returns the encoding of an opcode's argument.
func ArgumentOf(op byte) Argument { return opcodes[op].argument }
