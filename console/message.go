package console

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
)

// messages are what a command tells besides its data. With --json, stderr has one object when the program ends: its
// error, with what was told of single items as details; so they are kept until then.
type messages struct {
	mu     sync.Mutex
	kept   []string
	more   int // messages that were not kept
	atOnce bool
}

// mostKept bounds what a program keeps of its messages.
const mostKept = 100

// TellAtOnce makes Notef and Warnf write at once even with --json, an object per line: {"note":{"message":"…"}} and
// {"warning":{"message":"…"}}. It is for programs that go on until they are stopped.
func (t *Terminal) TellAtOnce() {
	t.messages.mu.Lock()
	defer t.messages.mu.Unlock()
	t.messages.atOnce = true
}

// Notef tells the user something on stderr, as a line of its own, unless --quiet or --json was given (but see
// TellAtOnce).
func (t *Terminal) Notef(format string, args ...any) {
	switch {
	case t.quiet:
	case !t.json:
		fmt.Fprintf(t.Err, format+"\n", args...)
	case t.tellsAtOnce():
		t.tell("note", fmt.Sprintf(format, args...))
	}
}

// Warnf tells the user on stderr what went wrong with one item while the rest goes on; --quiet does not silence it.
// With --json it becomes one of the details of the error that the command returns; when it returns none, stderr has
// the object {"warnings":["…"]}.
func (t *Terminal) Warnf(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	switch {
	case !t.json:
		fmt.Fprintf(t.Err, "%s: %s\n", t.program, Text(text))
	case t.tellsAtOnce():
		t.tell("warning", text)
	default:
		t.messages.mu.Lock()
		defer t.messages.mu.Unlock()
		if len(t.messages.kept) == mostKept {
			t.messages.more++
		} else {
			t.messages.kept = append(t.messages.kept, text)
		}
	}
}

// trace shows where a panic came from.
func (t *Terminal) trace(stack []byte) {
	if t.json {
		t.Warnf("%s", stack)
		return
	}
	fmt.Fprintf(t.Err, "%s\n", stack)
}

func (t *Terminal) tellsAtOnce() bool {
	t.messages.mu.Lock()
	defer t.messages.mu.Unlock()
	return t.messages.atOnce
}

// tell writes one object on stderr.
func (t *Terminal) tell(kind, text string) {
	t.object(map[string]any{kind: map[string]string{"message": strings.TrimSpace(text)}})
}

// object writes v on stderr as one line of JSON. Stderr is the last resort: when it cannot be written, nobody can
// be told.
func (t *Terminal) object(v any) {
	enc := json.NewEncoder(t.Err)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v)
}

// details returns the messages that were kept.
func (t *Terminal) details() []string {
	t.messages.mu.Lock()
	defer t.messages.mu.Unlock()
	kept := t.messages.kept
	if t.messages.more > 0 {
		kept = append(kept, fmt.Sprintf("and %d more", t.messages.more))
	}
	return kept
}

// report tells on stderr how the program ends: one line, or one JSON object.
func (t *Terminal) report(e *Error) {
	if !t.json {
		text := Line(t.about.say(message(e.Err)))
		if e.Hint != "" {
			text += " (" + Line(t.about.say(e.Hint)) + ")"
		}
		fmt.Fprintf(t.Err, "%s: %s\n", t.program, text)
		return
	}
	type object struct {
		Code    string   `json:"code"`
		Message string   `json:"message"`
		Hint    string   `json:"hint,omitempty"`
		Details []string `json:"details,omitempty"`
	}
	name := e.Name
	if name == "" {
		name = e.Code.String()
	}
	t.object(map[string]object{"error": {name, message(e.Err), e.Hint, t.details()}})
}
