package report

import (
	"fmt"

	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/display"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
)

// PairingText tells the person on the called side what the caller sees; it is empty when Asked says all.
func PairingText(p lanchat.Pairing) string {
	switch {
	case !p.Confirmed:
		return ""
	case p.FirstUse && p.Address.Port() == 0:
		return fmt.Sprintf(
			"%s at %s trusts this computer, without a comparison; its key is remembered", display.Line(p.Name), p.Address.Addr(),
		)
	case p.FirstUse:
		return fmt.Sprintf("paired with %s at %s without a comparison; to take that back: lanchat peers forget %s",
			display.Line(p.Name), p.Address, p.Address)
	}
	return fmt.Sprintf("paired with %s at %s: both sides have confirmed the code", display.Line(p.Name), p.Address.Addr())
}

// QuestionText is how a question is put; how says what is to be done.
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

// ShowCode writes a code so that it is read easily.
func ShowCode(code string) string {
	if len(code) <= 4 {
		return display.Line(code)
	}
	return display.Line(code[:4] + "-" + code[4:])
}
