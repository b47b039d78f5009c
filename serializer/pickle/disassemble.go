package pickle

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/pythonweb/goweb/serializer"
	"github.com/pythonweb/goweb/serializer/pickle/internal/opcode"
)

// An Op is an opcode of a pickle in readable form.
type Op struct {
	Offset   int64  `json:"offset"`
	Name     string `json:"name"` // as in Python's pickletools, or Trailing
	Argument string `json:"argument,omitempty"`
	Import   string `json:"import,omitempty"` // the name that Python would import, module.name, or UnknownName
	Call     string `json:"call,omitempty"`   // the name that Python would call, or UnknownName

	lost bool // Python would have stopped before it
}

// UnknownName stands for a name that is not a literal in the pickle: only running the pickle would reveal it.
const UnknownName = "unknown name"

// Trailing is the name under which other bytes after the last pickle are shown: the argument is all of them in
// hexadecimal. Python's pickle.load does not read them.
const Trailing = "TRAILING"

// Disassemble calls show for every opcode of the pickles in r, one or several, and for what follows the last. It
// follows their stack and memo as Python does but, like all of this package, executes nothing.
func Disassemble(r io.Reader, show func(Op) error) error { return Options{}.Disassemble(r, show) }

// Disassemble is [Disassemble] with options: with an Encoding the str of Python 2 is shown as text.
func (o Options) Disassemble(r io.Reader, show func(Op) error) error {
	d := disassembler{encoding: o.Encoding, most: shownArgument}
	if o.Whole {
		d.most = math.MaxInt
	}
	var err error
	if d.text, err = textDecoder(o.Encoding); err != nil {
		return err
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	err = d.run(data, show)
	var rest *trailingError
	switch {
	case errors.As(err, &rest):
		hidden := data[rest.offset:]
		return show(Op{
			Offset: int64(rest.offset), Name: Trailing,
			Argument: counted(len(hidden)) + ": " + d.shorten(hex.EncodeToString(hidden)),
		})
	case err == nil:
		return nil
	}
	return err
}

// A trailingError is about bytes after the last pickle that are not a pickle.
type trailingError struct {
	offset int // of the first byte
	size   int
	err    error // why they are not a pickle; nil for white space
}

func (e *trailingError) Error() string {
	return fmt.Sprintf("what follows the pickle, %s, is not a pickle: %v", counted(e.size), e.err)
}

// counted returns a number of bytes as text.
func counted(n int) string {
	if n == 1 {
		return "1 byte"
	}
	return strconv.Itoa(n) + " bytes"
}

// A disassembler turns opcodes into Ops.
type disassembler struct {
	encoding string
	text     decoder // of the str of Python 2
	most     int     // the most bytes shown of an argument
	skip     bool    // the arrays that joblib writes between the opcodes are skipped
}

// shownArgument is how many bytes of an argument are shown, unless all are.
const shownArgument = 60

// run is [Disassemble] of data. White space after the last pickle is a trailingError, too.
func (d disassembler) run(data []byte, show func(Op) error) error {
	c := opcode.Code{Data: data}
	w := newTracer(d.text)
	arrays := newJoblib(data, d.skip)
	for behind := 0; ; { // where the last whole pickle ends
		s, err := c.Next()
		if err != nil {
			if behind > 0 {
				return at(&trailingError{behind, len(data) - behind, err}, int64(c.Start))
			}
			return at(err, int64(c.Start))
		}
		op := Op{Offset: int64(c.Start), Name: opcode.Name(s.Op), Argument: d.argument(s)}
		op.Import, op.Call = w.step(s)
		op.lost = w.lost
		if err := show(op); err != nil {
			return err
		}
		nested := false
		if c.Pos, nested, err = arrays.after(s, c); err != nil {
			return at(err, int64(c.Start))
		}
		if nested {
			arrays.outer, w = append(arrays.outer, w), newTracer(d.text)
		}
		if n := len(arrays.outer); s.Op == opcode.Stop && n > 0 {
			w, arrays.outer = arrays.outer[n-1], arrays.outer[:n-1]
			continue
		}
		if s.Op == opcode.Stop {
			if behind, w = c.Pos, newTracer(d.text); behind == len(data) {
				return nil
			}
			if len(bytes.TrimSpace(data[behind:])) == 0 {
				return &trailingError{behind, len(data) - behind, nil}
			}
		}
	}
}

// argument returns the argument of an opcode as text.
func (d disassembler) argument(s opcode.Step) string {
	switch opcode.ArgumentOf(s.Op) {
	case opcode.ArgNone:
		return ""
	case opcode.ArgByte, opcode.ArgTwo, opcode.ArgFour, opcode.ArgEight:
		if s.Op == opcode.Binint {
			return strconv.FormatInt(int64(int32(s.Num)), 10)
		}
		return strconv.FormatUint(s.Num, 10)
	case opcode.ArgFloat:
		o, _ := scalar(s)
		return fmt.Sprint(o)
	case opcode.ArgLines:
		return string(s.Text) + " " + string(s.Text2)
	}
	if o, err := scalar(s); err == nil && d.encoding != "" {
		if old, ok := o.(oldText); ok {
			if v, err := d.text(old); err == nil && v.Kind() == serializer.KindString {
				return strconv.Quote(d.shorten(v.Text()))
			}
		}
	}
	switch s.Op {
	case opcode.Long1, opcode.Long4:
		return d.shorten(longOf(s.Text).String())
	case opcode.Binunicode, opcode.ShortBinunicode, opcode.Binunicode8:
		return strconv.Quote(d.shorten(string(s.Text)))
	}
	if opcode.ArgumentOf(s.Op) == opcode.ArgLine {
		return d.shorten(string(s.Text))
	}
	return counted(len(s.Text)) + ": " + strconv.Quote(d.shorten(string(s.Text)))
}

// shorten cuts a text between characters.
func (d disassembler) shorten(s string) string {
	most := d.most
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most] + "…"
}
