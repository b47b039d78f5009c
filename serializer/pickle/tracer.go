package pickle

import (
	"strconv"

	"github.com/pythonweb/goweb/serializer/pickle/internal/opcode"
	"github.com/pythonweb/goweb/serializer/pickle/internal/pyname"
)

// A tracer follows the stack and the memo of a program without creating the objects: it knows which of them are literal
// texts and which are imported names.
type tracer struct {
	stack []traced
	memo  opcode.Memo[traced]
	proto uint64
	text  decoder // of the str of Python 2
	lost  bool    // the stack lacked what an opcode needs: Python would stop there
}

// traced is what is known about an object.
type traced struct {
	kind tracedKind
	text string // of a literal, or the name of what was imported
}

type tracedKind uint8

const (
	tracedOther tracedKind = iota
	tracedText
	tracedName
	tracedMark
)

func newTracer(text decoder) *tracer { return &tracer{text: text} }

func (t *tracer) push(o traced) { t.stack = append(t.stack, o) }

// pop pops an object other than a mark.
func (t *tracer) pop() traced {
	n := len(t.stack) - 1
	if n < 0 || t.stack[n].kind == tracedMark {
		t.lost = true
		return traced{}
	}
	o := t.stack[n]
	t.stack = t.stack[:n]
	return o
}

// popMark pops everything down to the last mark.
func (t *tracer) popMark() []traced {
	for i := len(t.stack) - 1; i >= 0; i-- {
		if t.stack[i].kind == tracedMark {
			objects := t.stack[i+1:]
			t.stack = t.stack[:i]
			return objects
		}
	}
	t.lost = true
	return nil
}

// step follows an opcode and returns the names that it imports and calls.
func (t *tracer) step(s opcode.Step) (imported, called string) {
	switch s.Op {
	case opcode.Proto:
		t.proto = s.Num
	case opcode.Frame, opcode.Stop:
	case opcode.Mark:
		t.push(traced{kind: tracedMark})
	case opcode.Pop:
		if n := len(t.stack) - 1; n >= 0 {
			t.stack = t.stack[:n]
		} else {
			t.lost = true
		}
	case opcode.PopMark, opcode.Appends, opcode.Setitems, opcode.Additems:
		t.popMark()
	case opcode.Dup:
		o := t.pop()
		t.push(o)
		t.push(o)
	case opcode.Put, opcode.Binput, opcode.LongBinput, opcode.Memoize, opcode.Get, opcode.Binget, opcode.LongBinget:
		t.remember(s)
	case opcode.Global, opcode.StackGlobal, opcode.Inst, opcode.Obj, opcode.Newobj, opcode.NewobjEx, opcode.Reduce,
		opcode.Build:
		return t.class(s)
	case opcode.List, opcode.Tuple, opcode.Dict, opcode.Frozenset:
		t.popMark()
		t.push(traced{})
	case opcode.Tuple1, opcode.Tuple2, opcode.Tuple3:
		for range s.Op - opcode.Tuple1 + 1 {
			t.pop()
		}
		t.push(traced{})
	case opcode.Append:
		t.pop()
	case opcode.Setitem:
		t.pop()
		t.pop()
	case opcode.Binpersid, opcode.ReadonlyBuffer:
		t.pop()
		t.push(traced{})
	case opcode.Ext1, opcode.Ext2, opcode.Ext4:
		// The name is in the registry of extension codes of the process.
		t.push(traced{tracedName, UnknownName})
		return UnknownName, ""
	default:
		t.push(t.literal(s))
	}
	return "", ""
}

// literal returns a scalar, with its text if it can be a name.
func (t *tracer) literal(s opcode.Step) traced {
	o, err := scalar(s)
	if err != nil {
		return traced{}
	}
	if old, ok := o.(oldText); ok {
		if v, err := t.text(old); err == nil {
			o = v
		}
	}
	if text, err := asText(o); err == nil {
		return traced{tracedText, text}
	}
	return traced{}
}

func (t *tracer) remember(s opcode.Step) {
	at := s.Num
	if s.Op == opcode.Put || s.Op == opcode.Get {
		var err error
		if at, err = strconv.ParseUint(string(s.Text), 10, 63); err != nil {
			t.lost = true
		}
	}
	switch s.Op {
	case opcode.Get, opcode.Binget, opcode.LongBinget:
		o, ok := t.memo.Get(at)
		t.lost = t.lost || !ok
		t.push(o)
		return
	case opcode.Memoize:
		at = uint64(t.memo.Len())
	}
	o := t.pop()
	t.push(o)
	t.memo.Put(at, o)
}

// class follows the opcodes that import, call and build.
func (t *tracer) class(s opcode.Step) (imported, called string) {
	switch s.Op {
	case opcode.Global:
		name := t.named(string(s.Text), string(s.Text2))
		t.push(traced{tracedName, name})
		return name, ""
	case opcode.StackGlobal:
		name, module := t.pop(), t.pop()
		full := UnknownName
		if name.kind == tracedText && module.kind == tracedText && !t.lost {
			full = t.named(module.text, name.text)
		}
		t.push(traced{tracedName, full})
		return full, ""
	case opcode.Inst:
		t.popMark()
		name := t.named(string(s.Text), string(s.Text2))
		t.push(traced{})
		return name, name
	case opcode.Obj:
		objects := t.popMark()
		t.push(traced{})
		if len(objects) == 0 {
			t.lost = true
			return "", UnknownName
		}
		return "", t.callee(objects[0])
	case opcode.NewobjEx:
		t.pop()
		t.pop()
	case opcode.Newobj, opcode.Reduce:
		t.pop()
	case opcode.Build:
		t.pop()
		return "", ""
	}
	class := t.pop()
	t.push(traced{})
	return "", t.callee(class)
}

func (t *tracer) callee(o traced) string {
	if o.kind == tracedName && !t.lost {
		return o.text
	}
	return UnknownName
}

// named returns the name by which Python 3 imports what a pickle names.
func (t *tracer) named(module, name string) string {
	if t.proto < 3 {
		module, name = pyname.Modern(module, name)
	}
	return module + "." + name
}
