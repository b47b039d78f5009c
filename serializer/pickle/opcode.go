package pickle

// An argument is how what follows an opcode is written.
type argument uint8

const (
	argNone   argument = iota
	argByte            // one byte
	argTwo             // two bytes, little-endian
	argFour            // four bytes, little-endian
	argEight           // eight bytes, little-endian
	argFloat           // binary64, big-endian
	argLine            // text up to a line feed
	argLines           // two such texts
	argBytes1          // a length of one byte and so many bytes
	argBytes4          // a length of four bytes
	argBytes8          // a length of eight bytes
)

// The opcodes, by the names that Python's pickletools gives them.
const (
	opMark            = '('
	opEmptyTuple      = ')'
	opStop            = '.'
	opPop             = '0'
	opPopMark         = '1'
	opDup             = '2'
	opBinbytes        = 'B'
	opShortBinbytes   = 'C'
	opFloat           = 'F'
	opBinfloat        = 'G'
	opInt             = 'I'
	opBinint          = 'J'
	opBinint1         = 'K'
	opLong            = 'L'
	opBinint2         = 'M'
	opNone            = 'N'
	opPersid          = 'P'
	opBinpersid       = 'Q'
	opReduce          = 'R'
	opString          = 'S'
	opBinstring       = 'T'
	opShortBinstring  = 'U'
	opUnicode         = 'V'
	opBinunicode      = 'X'
	opEmptyList       = ']'
	opAppend          = 'a'
	opBuild           = 'b'
	opGlobal          = 'c'
	opDict            = 'd'
	opAppends         = 'e'
	opGet             = 'g'
	opBinget          = 'h'
	opInst            = 'i'
	opLongBinget      = 'j'
	opList            = 'l'
	opObj             = 'o'
	opPut             = 'p'
	opBinput          = 'q'
	opLongBinput      = 'r'
	opSetitem         = 's'
	opTuple           = 't'
	opSetitems        = 'u'
	opEmptyDict       = '}'
	opProto           = 0x80
	opNewobj          = 0x81
	opExt1            = 0x82
	opExt2            = 0x83
	opExt4            = 0x84
	opTuple1          = 0x85
	opTuple2          = 0x86
	opTuple3          = 0x87
	opNewtrue         = 0x88
	opNewfalse        = 0x89
	opLong1           = 0x8a
	opLong4           = 0x8b
	opShortBinunicode = 0x8c
	opBinunicode8     = 0x8d
	opBinbytes8       = 0x8e
	opEmptySet        = 0x8f
	opAdditems        = 0x90
	opFrozenset       = 0x91
	opNewobjEx        = 0x92
	opStackGlobal     = 0x93
	opMemoize         = 0x94
	opFrame           = 0x95
	opBytearray8      = 0x96
	opNextBuffer      = 0x97
	opReadonlyBuffer  = 0x98
)

// An opcode is what the machine's next step is called and what follows it.
type opcode struct {
	name     string
	argument argument
}

// opcodes are all of them, by their byte; those without a name do not exist.
var opcodes = [256]opcode{
	opMark:            {"MARK", argNone},
	opEmptyTuple:      {"EMPTY_TUPLE", argNone},
	opStop:            {"STOP", argNone},
	opPop:             {"POP", argNone},
	opPopMark:         {"POP_MARK", argNone},
	opDup:             {"DUP", argNone},
	opBinbytes:        {"BINBYTES", argBytes4},
	opShortBinbytes:   {"SHORT_BINBYTES", argBytes1},
	opFloat:           {"FLOAT", argLine},
	opBinfloat:        {"BINFLOAT", argFloat},
	opInt:             {"INT", argLine},
	opBinint:          {"BININT", argFour},
	opBinint1:         {"BININT1", argByte},
	opLong:            {"LONG", argLine},
	opBinint2:         {"BININT2", argTwo},
	opNone:            {"NONE", argNone},
	opPersid:          {"PERSID", argLine},
	opBinpersid:       {"BINPERSID", argNone},
	opReduce:          {"REDUCE", argNone},
	opString:          {"STRING", argLine},
	opBinstring:       {"BINSTRING", argBytes4},
	opShortBinstring:  {"SHORT_BINSTRING", argBytes1},
	opUnicode:         {"UNICODE", argLine},
	opBinunicode:      {"BINUNICODE", argBytes4},
	opEmptyList:       {"EMPTY_LIST", argNone},
	opAppend:          {"APPEND", argNone},
	opBuild:           {"BUILD", argNone},
	opGlobal:          {"GLOBAL", argLines},
	opDict:            {"DICT", argNone},
	opAppends:         {"APPENDS", argNone},
	opGet:             {"GET", argLine},
	opBinget:          {"BINGET", argByte},
	opInst:            {"INST", argLines},
	opLongBinget:      {"LONG_BINGET", argFour},
	opList:            {"LIST", argNone},
	opObj:             {"OBJ", argNone},
	opPut:             {"PUT", argLine},
	opBinput:          {"BINPUT", argByte},
	opLongBinput:      {"LONG_BINPUT", argFour},
	opSetitem:         {"SETITEM", argNone},
	opTuple:           {"TUPLE", argNone},
	opSetitems:        {"SETITEMS", argNone},
	opEmptyDict:       {"EMPTY_DICT", argNone},
	opProto:           {"PROTO", argByte},
	opNewobj:          {"NEWOBJ", argNone},
	opExt1:            {"EXT1", argByte},
	opExt2:            {"EXT2", argTwo},
	opExt4:            {"EXT4", argFour},
	opTuple1:          {"TUPLE1", argNone},
	opTuple2:          {"TUPLE2", argNone},
	opTuple3:          {"TUPLE3", argNone},
	opNewtrue:         {"NEWTRUE", argNone},
	opNewfalse:        {"NEWFALSE", argNone},
	opLong1:           {"LONG1", argBytes1},
	opLong4:           {"LONG4", argBytes4},
	opShortBinunicode: {"SHORT_BINUNICODE", argBytes1},
	opBinunicode8:     {"BINUNICODE8", argBytes8},
	opBinbytes8:       {"BINBYTES8", argBytes8},
	opEmptySet:        {"EMPTY_SET", argNone},
	opAdditems:        {"ADDITEMS", argNone},
	opFrozenset:       {"FROZENSET", argNone},
	opNewobjEx:        {"NEWOBJ_EX", argNone},
	opStackGlobal:     {"STACK_GLOBAL", argNone},
	opMemoize:         {"MEMOIZE", argNone},
	opFrame:           {"FRAME", argEight},
	opBytearray8:      {"BYTEARRAY8", argBytes8},
	opNextBuffer:      {"NEXT_BUFFER", argNone},
	opReadonlyBuffer:  {"READONLY_BUFFER", argNone},
}
