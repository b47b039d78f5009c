package pickle

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/pythonweb/goweb/serializer"
	"github.com/pythonweb/goweb/serializer/pickle/internal/opcode"
)

// A machine runs the program of a pickle.
type machine struct {
	opcode.Code
	stack []object
	memo  opcode.Memo[object]
	proto uint64
	room  int // how many bytes may still be copied

	text        decoder // of the str of Python 2
	keepClasses bool
}

// roomFor returns how many bytes a pickle of the given size may copy of what it refers to repeatedly.
func roomFor(size int) int { return 64*size + 4<<20 }

var errRepeats = fmt.Errorf("what the pickle repeats comes to many times its size: %w", serializer.ErrLimit)

// spend accounts for a copy of n bytes.
func (m *machine) spend(n int) error {
	if m.room -= n; m.room < 0 {
		return errRepeats
	}
	return nil
}

var errStack = errors.New("the stack does not have what the opcode needs")

// run runs the program up to STOP.
func (m *machine) run() (object, error) {
	for {
		s, err := m.Next()
		if err != nil {
			return nil, err
		}
		if s.Op == opcode.Stop {
			if len(m.stack) != 1 {
				return nil, fmt.Errorf("STOP with %d objects on the stack", len(m.stack))
			}
			return m.pop()
		}
		if err := m.do(s); err != nil {
			return nil, err
		}
	}
}

func (m *machine) push(o object) error {
	m.stack = append(m.stack, o)
	return nil
}

// pop pops an object other than a mark.
func (m *machine) pop() (object, error) {
	o, err := m.top()
	if err == nil {
		m.stack = m.stack[:len(m.stack)-1]
	}
	return o, err
}

func (m *machine) top() (object, error) {
	if len(m.stack) == 0 {
		return nil, errStack
	}
	o := m.stack[len(m.stack)-1]
	if _, isMark := o.(mark); isMark {
		return nil, errStack
	}
	return o, nil
}

// popMark pops everything down to the last mark.
func (m *machine) popMark() ([]object, error) {
	for i := len(m.stack) - 1; i >= 0; i-- {
		if _, isMark := m.stack[i].(mark); isMark {
			objects := slices.Clone(m.stack[i+1:])
			m.stack = m.stack[:i]
			return objects, nil
		}
	}
	return nil, errStack
}

func (m *machine) do(s opcode.Step) error {
	switch s.Op {
	case opcode.Proto:
		if m.proto = s.Num; s.Num > 5 {
			return fmt.Errorf("unknown protocol %d; 5 is the newest", s.Num)
		}
		return nil
	case opcode.Frame:
		if s.Num > uint64(len(m.Data)-m.Pos) {
			return opcode.ErrTruncated
		}
		return nil
	case opcode.Mark:
		return m.push(mark{})
	case opcode.Pop:
		if len(m.stack) == 0 {
			return errStack
		}
		m.stack = m.stack[:len(m.stack)-1]
		return nil
	case opcode.PopMark:
		_, err := m.popMark()
		return err
	case opcode.Dup:
		o, err := m.top()
		if err != nil {
			return err
		}
		return m.push(o)
	case opcode.Put, opcode.Binput, opcode.LongBinput, opcode.Memoize, opcode.Get, opcode.Binget, opcode.LongBinget:
		return m.remember(s)
	case opcode.Persid, opcode.Binpersid:
		return errors.New("persistent id: the object is outside the file")
	case opcode.Ext1, opcode.Ext2, opcode.Ext4:
		return errors.New("extension code: its meaning is outside the file")
	case opcode.NextBuffer, opcode.ReadonlyBuffer:
		return errors.New("out-of-band buffer: the object is outside the file")
	case opcode.Global, opcode.StackGlobal, opcode.Inst, opcode.Obj, opcode.Newobj, opcode.NewobjEx, opcode.Reduce,
		opcode.Build:
		return m.class(s)
	case opcode.List, opcode.Tuple, opcode.Dict, opcode.Frozenset, opcode.EmptyList, opcode.EmptyTuple,
		opcode.EmptyDict, opcode.EmptySet,
		opcode.Tuple1, opcode.Tuple2, opcode.Tuple3, opcode.Append, opcode.Appends, opcode.Additems, opcode.Setitem,
		opcode.Setitems:
		return m.container(s)
	}
	o, err := scalar(s)
	if err != nil {
		return err
	}
	if b, ok := o.(*node); ok {
		b.offset = int64(m.Start)
	}
	return m.push(o)
}

// remember runs the opcodes that put into the memo and get from it.
func (m *machine) remember(s opcode.Step) error {
	at := s.Num
	if s.Op == opcode.Put || s.Op == opcode.Get {
		var err error
		if at, err = strconv.ParseUint(string(s.Text), 10, 63); err != nil {
			return fmt.Errorf("%q is not an index in the memo", s.Text)
		}
	}
	switch s.Op {
	case opcode.Get, opcode.Binget, opcode.LongBinget:
		o, ok := m.memo.Get(at)
		if !ok {
			return fmt.Errorf("the memo has nothing at %d", at)
		}
		return m.push(o)
	case opcode.Memoize:
		at = uint64(m.memo.Len())
	}
	o, err := m.top()
	if err == nil {
		m.memo.Put(at, o)
	}
	return err
}

// scalar makes the objects that need no others.
func scalar(s opcode.Step) (object, error) {
	switch s.Op {
	case opcode.None:
		return serializer.Null(), nil
	case opcode.Newtrue, opcode.Newfalse:
		return serializer.Bool(s.Op == opcode.Newtrue), nil
	case opcode.Binint:
		return serializer.Int(int64(int32(s.Num))), nil
	case opcode.Binint1, opcode.Binint2:
		return serializer.Int(int64(s.Num)), nil
	case opcode.Int:
		return textInt(string(s.Text))
	case opcode.Long:
		return textLong(string(s.Text))
	case opcode.Long1, opcode.Long4:
		return serializer.BigInt(longOf(s.Text)), nil
	case opcode.Binfloat:
		// Little-endian as read, big-endian as written.
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], s.Num)
		return serializer.Float(math.Float64frombits(binary.BigEndian.Uint64(b[:]))), nil
	case opcode.Float:
		return textFloat(string(s.Text))
	case opcode.String:
		return quoted(s.Text)
	case opcode.Binstring, opcode.ShortBinstring:
		return oldText(s.Text), nil
	case opcode.Binbytes, opcode.ShortBinbytes, opcode.Binbytes8:
		return serializer.Bytes(s.Text), nil
	case opcode.Bytearray8:
		return &node{kind: serializer.KindByteArray, extra: &extra{bytes: s.Text}}, nil
	case opcode.Unicode:
		return rawUnicode(s.Text)
	case opcode.Binunicode, opcode.ShortBinunicode, opcode.Binunicode8:
		return text(string(s.Text))
	}
	return nil, fmt.Errorf("opcode %s is not allowed here", opcode.Name(s.Op))
}

// text makes a string, which may have lone surrogates in the form that UTF-8 would give them.
func text(s string) (object, error) {
	switch {
	case utf8.ValidString(s):
		return serializer.String(s), nil
	case validButSurrogates(s):
		return surrogates(s), nil
	}
	return nil, errors.New("invalid UTF-8 in a string")
}

// longOf reads a little-endian integer in two's complement.
func longOf(b []byte) *big.Int {
	reversed := slices.Clone(b)
	slices.Reverse(reversed)
	i := new(big.Int).SetBytes(reversed)
	if len(b) > 0 && b[len(b)-1] >= 0x80 {
		i.Sub(i, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return i
}

// container makes and fills the containers that have opcodes of their own.
func (m *machine) container(s opcode.Step) error {
	switch s.Op {
	case opcode.EmptyList:
		return m.push(newNode(serializer.KindList, m.Start))
	case opcode.EmptyTuple:
		return m.push(newNode(serializer.KindTuple, m.Start))
	case opcode.EmptyDict:
		return m.push(newNode(serializer.KindMap, m.Start))
	case opcode.EmptySet:
		return m.push(newNode(serializer.KindSet, m.Start))
	case opcode.Tuple1, opcode.Tuple2, opcode.Tuple3:
		n := int(s.Op-opcode.Tuple1) + 1
		if len(m.stack) < n {
			return errStack
		}
		objects := slices.Clone(m.stack[len(m.stack)-n:])
		if slices.ContainsFunc(objects, func(o object) bool { return o == object(mark{}) }) {
			return errStack
		}
		m.stack = m.stack[:len(m.stack)-n]
		return m.push(newNode(serializer.KindTuple, m.Start, objects...))
	case opcode.Append, opcode.Setitem:
		n := 1
		if s.Op == opcode.Setitem {
			n = 2
		}
		if len(m.stack) < n+1 {
			return errStack
		}
		objects := slices.Clone(m.stack[len(m.stack)-n:])
		m.stack = m.stack[:len(m.stack)-n]
		return m.fill(s.Op, objects)
	}
	objects, err := m.popMark()
	if err != nil {
		return err
	}
	switch s.Op {
	case opcode.List:
		return m.push(newNode(serializer.KindList, m.Start, objects...))
	case opcode.Tuple:
		return m.push(newNode(serializer.KindTuple, m.Start, objects...))
	case opcode.Frozenset:
		set := newNode(serializer.KindFrozenSet, m.Start)
		if err := m.add(set, objects); err != nil {
			return err
		}
		return m.push(set)
	case opcode.Dict:
		dict := newNode(serializer.KindMap, m.Start)
		if err := m.set(dict, objects); err != nil {
			return err
		}
		return m.push(dict)
	}
	return m.fill(s.Op, objects)
}

// fill adds objects to the container on top of the stack.
func (m *machine) fill(op byte, objects []object) error {
	o, err := m.top()
	if err != nil {
		return err
	}
	n, ok := o.(*node)
	if !ok {
		return fmt.Errorf("%s cannot have items", describe(o))
	}
	for _, o := range objects {
		if _, isMark := o.(mark); isMark {
			return errStack
		}
	}
	switch op {
	case opcode.Append, opcode.Appends:
		if n.open() {
			n = n.part(items, serializer.KindList)
		}
		if n.kind != serializer.KindList {
			break
		}
		n.take(objects)
		return nil
	case opcode.Setitem, opcode.Setitems:
		if n.open() {
			n = n.part(entries, serializer.KindMap)
		}
		if n.kind != serializer.KindMap {
			break
		}
		return m.set(n, objects)
	case opcode.Additems:
		if n.kind == serializer.KindSet {
			return m.add(n, objects)
		}
	}
	return fmt.Errorf("%s cannot be filled by %s", describe(o), opcode.Name(op))
}

// part returns a part of an instance, and creates it if it is missing.
func (n *node) part(which int, kind serializer.Kind) *node {
	if p, ok := n.parts[which].(*node); ok {
		return p
	}
	p := newNode(kind, int(n.offset))
	n.parts[which] = p
	return p
}

// take adds objects, which belong to the node from then on.
func (n *node) take(objects []object) {
	if n.items == nil {
		n.items = objects
		return
	}
	n.items = append(n.items, objects...)
}

// set puts pairs into a map.
func (m *machine) set(n *node, objects []object) error {
	if len(objects)%2 == 1 {
		return errors.New("key without a value")
	}
	if err := m.unique(n, objects, 2); err != nil {
		return err
	}
	n.take(objects)
	return nil
}

// add puts elements into a set.
func (m *machine) add(n *node, objects []object) error {
	if err := m.unique(n, objects, 1); err != nil {
		return err
	}
	n.take(objects)
	return nil
}
