package report

import (
	"fmt"

	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/display"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
)

// PairingText returns what the person on the called side is told; it is empty if Asked says everything.
func PairingText(p lanchat.Pairing) string {
	switch {
	case !p.Confirmed:
		return ""
	case p.FirstUse && p.Address.Port() == 0:
		return fmt.Sprintf(
			"%s at %s trusts this computer without comparing codes; its key is kept", display.Line(p.Name), p.Address.Addr(),
		)
	case p.FirstUse:
		return fmt.Sprintf("paired with %s at %s without comparing codes; to undo that: lanchat peers forget %s",
			display.Line(p.Name), p.Address, p.Address)
	}
	return fmt.Sprintf("paired with %s at %s: both sides have confirmed the code", display.Line(p.Name), p.Address.Addr())
}

// QuestionText returns a question; how says how to answer it.
func QuestionText(q mailbox.Question, how string) string {
	if q.Kind == mailbox.PairQuestion {
		return fmt.Sprintf(
			"%s at %s wants to pair; the code there must be %s (%s)", display.Line(q.Name), q.Address, ShowCode(q.Detail), how,
		)
	}
	return fmt.Sprintf(
		"%s at %s wants to send the file %s (%s)", display.Line(q.Name), q.Address, display.Line(q.Detail), how,
	)
}

// ShowCode returns a code in a form that is easy to read.
func ShowCode(code string) string {
	if len(code) <= 4 {
		return display.Line(code)
	}
	return display.Line(code[:4] + "-" + code[4:])
}
