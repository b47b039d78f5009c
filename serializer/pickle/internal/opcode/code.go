package opcode

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// Code is the program of a pickle.
type Code struct {
	Data  []byte
	Pos   int
	Start int // of the current opcode
}

// A Step is an opcode with its argument.
type Step struct {
	Op    byte
	Num   uint64 // an argument of a fixed size
	Text  []byte // the content of any other argument
	Text2 []byte // the second of two lines
}

// ErrTruncated says that a pickle ends where more must follow.
var ErrTruncated = errors.New("the pickle ends too early")

// widths are the sizes in bytes of the number that an argument is, or begins with.
var widths = [...]int{
	ArgByte: 1, ArgTwo: 2, ArgFour: 4, ArgEight: 8, ArgFloat: 8, ArgBytes1: 1, ArgBytes4: 4, ArgBytes8: 8,
}

// Next reads a step.
func (c *Code) Next() (s Step, err error) {
	c.Start = c.Pos
	if c.Pos == len(c.Data) {
		return s, ErrTruncated
	}
	s.Op = c.Data[c.Pos]
	known := opcodes[s.Op]
	if known.name == "" {
		return s, fmt.Errorf("unknown opcode %#02x", s.Op)
	}
	c.Pos++
	switch known.argument {
	case ArgByte, ArgTwo, ArgFour, ArgEight, ArgFloat:
		s.Num, err = c.uint(widths[known.argument])
	case ArgLine, ArgLines:
		if s.Text, err = c.line(); err == nil && known.argument == ArgLines {
			s.Text2, err = c.line()
		}
	case ArgBytes1, ArgBytes4, ArgBytes8:
		var n uint64
		if n, err = c.uint(widths[known.argument]); err != nil {
			break
		}
		if n > uint64(len(c.Data)-c.Pos) {
			return s, ErrTruncated
		}
		s.Text = c.Data[c.Pos : c.Pos+int(n)]
		c.Pos += int(n)
	}
	return s, err
}

// uint reads a little-endian unsigned integer.
func (c *Code) uint(n int) (uint64, error) {
	if len(c.Data)-c.Pos < n {
		return 0, ErrTruncated
	}
	var buf [8]byte
	copy(buf[:], c.Data[c.Pos:c.Pos+n])
	c.Pos += n
	return binary.LittleEndian.Uint64(buf[:]), nil
}

func (c *Code) line() ([]byte, error) {
	n := bytes.IndexByte(c.Data[c.Pos:], '\n')
	if n < 0 {
		return nil, ErrTruncated
	}
	text := c.Data[c.Pos : c.Pos+n]
	c.Pos += n + 1
	return text, nil
}
