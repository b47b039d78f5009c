package pickle

import "strconv"

// A tracer follows the stack and the memo of a program without making the objects: it knows which of them are literal
// texts and which are imported names.
type tracer struct {
	stack []traced
	memo  map[uint64]traced
	proto uint64
	lost  bool // an opcode found less on the stack than it needs: Python would stop there
}

// traced is what is known of an object.
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

func newTracer() *tracer { return &tracer{memo: map[uint64]traced{}} }

func (t *tracer) push(o traced) { t.stack = append(t.stack, o) }

// pop takes an object that is no mark.
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

// popMark takes everything down to the last mark.
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
func (t *tracer) step(s step) (imported, called string) {
	switch s.op {
	case opProto:
		t.proto = s.num
	case opFrame, opStop:
	case opMark:
		t.push(traced{kind: tracedMark})
	case opPop:
		if n := len(t.stack) - 1; n >= 0 {
			t.stack = t.stack[:n]
		} else {
			t.lost = true
		}
	case opPopMark, opAppends, opSetitems, opAdditems:
		t.popMark()
	case opDup:
		o := t.pop()
		t.push(o)
		t.push(o)
	case opPut, opBinput, opLongBinput, opMemoize, opGet, opBinget, opLongBinget:
		t.remember(s)
	case opGlobal, opStackGlobal, opInst, opObj, opNewobj, opNewobjEx, opReduce, opBuild:
		return t.class(s)
	case opList, opTuple, opDict, opFrozenset:
		t.popMark()
		t.push(traced{})
	case opTuple1, opTuple2, opTuple3:
		for range s.op - opTuple1 + 1 {
			t.pop()
		}
		t.push(traced{})
	case opAppend:
		t.pop()
	case opSetitem:
		t.pop()
		t.pop()
	case opBinpersid, opReadonlyBuffer:
		t.pop()
		t.push(traced{})
	case opExt1, opExt2, opExt4:
		// A number of the process's registry of names.
		t.push(traced{tracedName, UnknownName})
		return UnknownName, ""
	default:
		t.push(literal(s))
	}
	return "", ""
}

// literal is a scalar: a text if it can be a name.
func literal(s step) traced {
	o, err := scalar(s)
	if err != nil {
		return traced{}
	}
	if text, err := asText(o); err == nil {
		return traced{tracedText, text}
	}
	return traced{}
}

func (t *tracer) remember(s step) {
	at := s.num
	if s.op == opPut || s.op == opGet {
		var err error
		if at, err = strconv.ParseUint(string(s.text), 10, 63); err != nil {
			t.lost = true
		}
	}
	switch s.op {
	case opGet, opBinget, opLongBinget:
		o, ok := t.memo[at]
		t.lost = t.lost || !ok
		t.push(o)
		return
	case opMemoize:
		at = uint64(len(t.memo))
	}
	o := t.pop()
	t.push(o)
	t.memo[at] = o
}

// class follows the opcodes that import, call and build.
func (t *tracer) class(s step) (imported, called string) {
	switch s.op {
	case opGlobal:
		name := t.named(string(s.text), string(s.text2))
		t.push(traced{tracedName, name})
		return name, ""
	case opStackGlobal:
		name, module := t.pop(), t.pop()
		full := UnknownName
		if name.kind == tracedText && module.kind == tracedText && !t.lost {
			full = t.named(module.text, name.text)
		}
		t.push(traced{tracedName, full})
		return full, ""
	case opInst:
		t.popMark()
		name := t.named(string(s.text), string(s.text2))
		t.push(traced{})
		return name, name
	case opObj:
		objects := t.popMark()
		t.push(traced{})
		if len(objects) == 0 {
			t.lost = true
			return "", UnknownName
		}
		return "", t.callee(objects[0])
	case opNewobjEx:
		t.pop()
		t.pop()
	case opNewobj, opReduce:
		t.pop()
	case opBuild:
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

// named is the name by which Python 3 imports what a pickle names.
func (t *tracer) named(module, name string) string {
	if t.proto < 3 {
		module, name = modern(module, name)
	}
	return module + "." + name
}
