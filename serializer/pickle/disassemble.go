package pickle

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// An Op is an opcode of a pickle as a reader sees it.
type Op struct {
	Offset   int64  `json:"offset"`
	Name     string `json:"name"` // as in Python's pickletools
	Argument string `json:"argument,omitempty"`
	Import   string `json:"import,omitempty"` // the name that Python would import, module.name, or UnknownName
	Call     string `json:"call,omitempty"`   // the name that Python would call, or UnknownName
}

// UnknownName stands for a name that is no literal of the pickle: only running it would tell.
const UnknownName = "unknown name"

// Disassemble calls show for every opcode of the pickles in r, which may be several, one after the other. It follows
// their stack and memo as Python does, but like all of this package it executes nothing.
func Disassemble(r io.Reader, show func(Op) error) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	c := code{data: data}
	w := newTracer()
	for first := true; ; {
		s, err := c.next()
		if err != nil {
			if !first {
				err = fmt.Errorf("%d bytes after the pickle are no pickle: %w", len(data)-c.start, err)
			}
			return at(err, int64(c.start))
		}
		op := Op{Offset: int64(c.start), Name: opcodes[s.op].name, Argument: s.argument()}
		op.Import, op.Call = w.step(s)
		if err := show(op); err != nil {
			return err
		}
		if s.op == opStop {
			if len(bytes.TrimSpace(data[c.pos:])) == 0 {
				return nil
			}
			first, w = false, newTracer()
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
		for most > 0 && !utf8.RuneStart(s[most]) {
			most--
		}
		return s[:most] + "…"
	}
	return s
}
