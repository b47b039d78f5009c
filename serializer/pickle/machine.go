package pickle

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/pythonweb/goweb/serializer"
)

// A machine runs the program of a pickle.
type machine struct {
	code
	stack []object
	memo  map[uint64]object
	proto uint64
	room  int // bytes that may still be copied
}

// roomFor is how many bytes a pickle of so many may copy of what it refers to again and again.
func roomFor(size int) int { return 64*size + 4<<20 }

var errRepeats = fmt.Errorf("the pickle repeats its parts to many times its size: %w", serializer.ErrLimit)

// spend accounts for a copy of so many bytes.
func (m *machine) spend(n int) error {
	if m.room -= n; m.room < 0 {
		return errRepeats
	}
	return nil
}

var errStack = errors.New("the stack does not hold what the opcode needs")

// run runs the program up to STOP.
func (m *machine) run() (object, error) {
	for {
		s, err := m.next()
		if err != nil {
			return nil, err
		}
		if s.op == opStop {
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

// pop takes an object that is no mark.
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

// popMark takes everything down to the last mark.
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

func (m *machine) do(s step) error {
	switch s.op {
	case opProto:
		if m.proto = s.num; s.num > 5 {
			return fmt.Errorf("protocol %d is unknown; 5 is the newest", s.num)
		}
		return nil
	case opFrame:
		if s.num > uint64(len(m.data)-m.pos) {
			return errTruncated
		}
		return nil
	case opMark:
		return m.push(mark{})
	case opPop:
		if len(m.stack) == 0 {
			return errStack
		}
		m.stack = m.stack[:len(m.stack)-1]
		return nil
	case opPopMark:
		_, err := m.popMark()
		return err
	case opDup:
		o, err := m.top()
		if err != nil {
			return err
		}
		return m.push(o)
	case opPut, opBinput, opLongBinput, opMemoize, opGet, opBinget, opLongBinget:
		return m.remember(s)
	case opPersid, opBinpersid:
		return errors.New("persistent id: the object is outside the file")
	case opExt1, opExt2, opExt4:
		return errors.New("extension code: its meaning is outside the file")
	case opNextBuffer, opReadonlyBuffer:
		return errors.New("out-of-band buffer: the object is outside the file")
	case opGlobal, opStackGlobal, opInst, opObj, opNewobj, opNewobjEx, opReduce, opBuild:
		return m.class(s)
	case opList, opTuple, opDict, opFrozenset, opEmptyList, opEmptyTuple, opEmptyDict, opEmptySet,
		opTuple1, opTuple2, opTuple3, opAppend, opAppends, opAdditems, opSetitem, opSetitems:
		return m.container(s)
	}
	o, err := scalar(s)
	if err != nil {
		return err
	}
	if b, ok := o.(*node); ok {
		b.offset = int64(m.start)
	}
	return m.push(o)
}

// remember puts into the memo and gets from it.
func (m *machine) remember(s step) error {
	at := s.num
	if s.op == opPut || s.op == opGet {
		var err error
		if at, err = strconv.ParseUint(string(s.text), 10, 63); err != nil {
			return fmt.Errorf("%q is no place in the memo", s.text)
		}
	}
	switch s.op {
	case opGet, opBinget, opLongBinget:
		o, ok := m.memo[at]
		if !ok {
			return fmt.Errorf("the memo has nothing at %d", at)
		}
		return m.push(o)
	case opMemoize:
		at = uint64(len(m.memo))
	}
	o, err := m.top()
	m.memo[at] = o
	return err
}

// scalar makes the objects that need no others.
func scalar(s step) (object, error) {
	switch s.op {
	case opNone:
		return serializer.Null(), nil
	case opNewtrue, opNewfalse:
		return serializer.Bool(s.op == opNewtrue), nil
	case opBinint:
		return serializer.Int(int64(int32(s.num))), nil
	case opBinint1, opBinint2:
		return serializer.Int(int64(s.num)), nil
	case opInt:
		return textInt(string(s.text))
	case opLong:
		return textLong(string(s.text))
	case opLong1, opLong4:
		return serializer.BigInt(longOf(s.text)), nil
	case opBinfloat:
		// Little-endian as read, big-endian as written.
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], s.num)
		return serializer.Float(math.Float64frombits(binary.BigEndian.Uint64(b[:]))), nil
	case opFloat:
		return textFloat(string(s.text))
	case opString:
		return quoted(s.text)
	case opBinstring, opShortBinstring:
		return oldText(s.text), nil
	case opBinbytes, opShortBinbytes, opBinbytes8:
		return serializer.Bytes(s.text), nil
	case opBytearray8:
		return &node{kind: serializer.KindByteArray, bytes: s.text}, nil
	case opUnicode:
		return rawUnicode(s.text)
	case opBinunicode, opShortBinunicode, opBinunicode8:
		return text(string(s.text))
	}
	return nil, fmt.Errorf("opcode %s has no place here", opcodes[s.op].name)
}

// text makes a string, which must not have lone surrogates.
func text(s string) (object, error) {
	if !utf8.ValidString(s) {
		return nil, errors.New("invalid UTF-8 or a lone surrogate in a string")
	}
	return serializer.String(s), nil
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
func (m *machine) container(s step) error {
	switch s.op {
	case opEmptyList:
		return m.push(newNode(serializer.KindList, m.start))
	case opEmptyTuple:
		return m.push(newNode(serializer.KindTuple, m.start))
	case opEmptyDict:
		return m.push(newNode(serializer.KindMap, m.start))
	case opEmptySet:
		return m.push(newNode(serializer.KindSet, m.start))
	case opTuple1, opTuple2, opTuple3:
		n := int(s.op-opTuple1) + 1
		if len(m.stack) < n {
			return errStack
		}
		objects := slices.Clone(m.stack[len(m.stack)-n:])
		if slices.ContainsFunc(objects, func(o object) bool { return o == object(mark{}) }) {
			return errStack
		}
		m.stack = m.stack[:len(m.stack)-n]
		return m.push(newNode(serializer.KindTuple, m.start, objects...))
	case opAppend, opSetitem:
		n := 1
		if s.op == opSetitem {
			n = 2
		}
		if len(m.stack) < n+1 {
			return errStack
		}
		objects := slices.Clone(m.stack[len(m.stack)-n:])
		m.stack = m.stack[:len(m.stack)-n]
		return m.fill(s.op, objects)
	}
	objects, err := m.popMark()
	if err != nil {
		return err
	}
	switch s.op {
	case opList:
		return m.push(newNode(serializer.KindList, m.start, objects...))
	case opTuple:
		return m.push(newNode(serializer.KindTuple, m.start, objects...))
	case opFrozenset:
		set := newNode(serializer.KindFrozenSet, m.start)
		if err := m.add(set, objects); err != nil {
			return err
		}
		return m.push(set)
	case opDict:
		dict := newNode(serializer.KindMap, m.start)
		if err := m.set(dict, objects); err != nil {
			return err
		}
		return m.push(dict)
	}
	return m.fill(s.op, objects)
}

// fill adds objects to the container on top of the stack.
func (m *machine) fill(op byte, objects []object) error {
	o, err := m.top()
	if err != nil {
		return err
	}
	n, ok := o.(*node)
	if !ok {
		return fmt.Errorf("%s takes no items", describe(o))
	}
	for _, o := range objects {
		if _, isMark := o.(mark); isMark {
			return errStack
		}
	}
	switch op {
	case opAppend, opAppends:
		if n.kind == serializer.KindInstance && !n.uuid {
			n = n.part(items, serializer.KindList)
		}
		if n.kind != serializer.KindList {
			break
		}
		n.items = append(n.items, objects...)
		return nil
	case opSetitem, opSetitems:
		if n.kind == serializer.KindInstance && !n.uuid {
			n = n.part(entries, serializer.KindMap)
		}
		if n.kind != serializer.KindMap {
			break
		}
		return m.set(n, objects)
	case opAdditems:
		if n.kind == serializer.KindSet {
			return m.add(n, objects)
		}
	}
	return fmt.Errorf("%s cannot be filled by %s", describe(o), opcodes[op].name)
}

// part returns a part of an instance, which is made if it is not there.
func (n *node) part(which int, kind serializer.Kind) *node {
	if p, ok := n.parts[which].(*node); ok {
		return p
	}
	p := &node{kind: kind, offset: n.offset}
	n.parts[which] = p
	return p
}

// set puts pairs into a map.
func (m *machine) set(n *node, objects []object) error {
	if len(objects)%2 == 1 {
		return errors.New("key without a value")
	}
	for i := 0; i < len(objects); i += 2 {
		if err := m.unique(n, objects[i]); err != nil {
			return err
		}
	}
	n.items = append(n.items, objects...)
	return nil
}

// add puts elements into a set.
func (m *machine) add(n *node, objects []object) error {
	for _, o := range objects {
		if err := m.unique(n, o); err != nil {
			return err
		}
	}
	n.items = append(n.items, objects...)
	return nil
}

// usualKey is how long the form of a key may be that costs nothing.
const usualKey = 256

// unique refuses a key that is equal to another, as Python compares keys. A pickle that Python wrote has none.
func (m *machine) unique(n *node, key object) error {
	form, err := keyForm(key)
	if err == nil && len(form) > usualKey {
		err = m.spend(len(form))
	}
	if err != nil {
		return err
	}
	hash := sha256.Sum256([]byte(form))
	if _, twice := n.keys[hash]; twice {
		return fmt.Errorf("%w in a %s", serializer.ErrDuplicate, n.kind)
	}
	if n.keys == nil {
		n.keys = map[[sha256.Size]byte]struct{}{}
	}
	n.keys[hash] = struct{}{}
	return nil
}
