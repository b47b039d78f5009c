package pickle

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// code is the program of a pickle.
type code struct {
	data  []byte
	pos   int
	start int // of the current opcode
}

// A step is an opcode with what follows it.
type step struct {
	op    byte
	num   uint64 // of arguments of a fixed size
	text  []byte // the content of the others
	text2 []byte // the second of two lines
}

var errTruncated = errors.New("the pickle ends too early")

// next reads a step.
func (c *code) next() (s step, err error) {
	c.start = c.pos
	if c.pos == len(c.data) {
		return s, errTruncated
	}
	s.op = c.data[c.pos]
	known := opcodes[s.op]
	if known.name == "" {
		return s, fmt.Errorf("unknown opcode %#02x", s.op)
	}
	c.pos++
	switch known.argument {
	case argByte, argTwo, argFour, argEight, argFloat:
		s.num, err = c.uint(map[argument]int{argByte: 1, argTwo: 2, argFour: 4, argEight: 8, argFloat: 8}[known.argument])
	case argLine, argLines:
		if s.text, err = c.line(); err == nil && known.argument == argLines {
			s.text2, err = c.line()
		}
	case argBytes1, argBytes4, argBytes8:
		var n uint64
		if n, err = c.uint(map[argument]int{argBytes1: 1, argBytes4: 4, argBytes8: 8}[known.argument]); err != nil {
			break
		}
		if n > uint64(len(c.data)-c.pos) {
			return s, errTruncated
		}
		s.text = c.data[c.pos : c.pos+int(n)]
		c.pos += int(n)
	}
	return s, err
}

// uint reads a little-endian unsigned integer.
func (c *code) uint(n int) (uint64, error) {
	if len(c.data)-c.pos < n {
		return 0, errTruncated
	}
	var buf [8]byte
	copy(buf[:], c.data[c.pos:c.pos+n])
	c.pos += n
	return binary.LittleEndian.Uint64(buf[:]), nil
}

func (c *code) line() ([]byte, error) {
	n := bytes.IndexByte(c.data[c.pos:], '\n')
	if n < 0 {
		return nil, errTruncated
	}
	text := c.data[c.pos : c.pos+n]
	c.pos += n + 1
	return text, nil
}
