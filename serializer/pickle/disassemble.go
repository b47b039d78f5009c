package pickle

import (
	"fmt"
	"io"
	"strconv"
)

// An Op is an opcode of a pickle as a reader sees it.
type Op struct {
	Offset   int64  `json:"offset"`
	Name     string `json:"name"` // as in Python's pickletools
	Argument string `json:"argument,omitempty"`
	Import   string `json:"import,omitempty"` // the name that Python would import, module.name
}

// Disassemble calls show for every opcode of the pickle in r up to STOP. Like all of this package it executes nothing.
func Disassemble(r io.Reader, show func(Op) error) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	c := code{data: data}
	w := watch{memo: map[string]string{}}
	for {
		s, err := c.next()
		if err != nil {
			return at(err, int64(c.start))
		}
		op := Op{Offset: int64(c.start), Name: opcodes[s.op].name, Argument: s.argument()}
		op.Import = w.step(s)
		if err := show(op); err != nil {
			return err
		}
		if s.op == opStop {
			if c.pos < len(data) {
				return at(fmt.Errorf("%d more bytes after the pickle", len(data)-c.pos), int64(c.pos))
			}
			return nil
		}
	}
}

// argument shows what follows the opcode.
func (s step) argument() string {
	const most = 60
	switch opcodes[s.op].argument {
	case argNone:
		return ""
	case argByte, argTwo, argFour, argEight:
		if s.op == opBinint {
			return strconv.FormatInt(int64(int32(s.num)), 10)
		}
		return strconv.FormatUint(s.num, 10)
	case argFloat:
		o, _ := scalar(s)
		return fmt.Sprint(o)
	case argLines:
		return string(s.text) + " " + string(s.text2)
	case argLine:
		return shorten(string(s.text), most)
	}
	switch s.op {
	case opLong1, opLong4:
		return shorten(longOf(s.text).String(), most)
	case opBinunicode, opShortBinunicode, opBinunicode8:
		return strconv.Quote(shorten(string(s.text), most))
	}
	return fmt.Sprintf("%d bytes: %q", len(s.text), shorten(string(s.text), most))
}

func shorten(s string, most int) string {
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}

// A watch follows the strings of a program, to know the names that STACK_GLOBAL takes.
type watch struct {
	recent [2]string // the last two strings pushed
	memo   map[string]string
	count  int
}

// step follows an opcode and returns the name that it imports.
func (w *watch) step(s step) string {
	switch s.op {
	case opGlobal, opInst:
		return string(s.text) + "." + string(s.text2)
	case opStackGlobal:
		return w.recent[0] + "." + w.recent[1]
	case opBinunicode, opShortBinunicode, opBinunicode8, opUnicode, opString, opBinstring, opShortBinstring:
		w.recent = [2]string{w.recent[1], string(s.text)}
	case opMemoize:
		w.memo[strconv.Itoa(w.count)] = w.recent[1]
		w.count++
	case opPut, opBinput, opLongBinput:
		w.memo[s.argument()] = w.recent[1]
		w.count++
	case opGet, opBinget, opLongBinget:
		w.recent = [2]string{w.recent[1], w.memo[s.argument()]}
	}
	return ""
}
