package listener

import (
	"bufio"
	"context"
	"strings"
	"sync"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
	"github.com/pythonweb/goweb/lanchat/internal/report"
)

// asker puts a listener's questions to the person at its terminal, if there is one.
type asker struct {
	terminal    *console.Terminal
	box         *mailbox.Mailbox
	interactive bool

	mu    sync.Mutex
	asked []mailbox.Question // the last question is answered first
}

// newAsker reads answers from the terminal until ctx is done. A read cannot be interrupted, so its goroutine ends
// with the process.
func newAsker(ctx context.Context, t *console.Terminal, box *mailbox.Mailbox) *asker {
	a := &asker{terminal: t, box: box, interactive: t.Interactive()}
	if a.interactive {
		go a.read(ctx)
	}
	return a
}

// ask asks a question.
func (a *asker) ask(q mailbox.Question) {
	how := "type y or n and Enter"
	switch {
	case !a.interactive && q.Kind == mailbox.PairQuestion:
		how = "to confirm it: lanchat pair --confirm " + report.ShowCode(q.Detail)
	case !a.interactive:
		how = "lanchat listen --accept SIZE would accept it"
	}
	a.mu.Lock()
	a.asked = append(a.asked, q)
	a.mu.Unlock()
	a.terminal.Warnf("%s", report.QuestionText(q, how))
}

// read reads answers.
func (a *asker) read(ctx context.Context) {
	for lines := bufio.NewScanner(a.terminal.In); lines.Scan() && ctx.Err() == nil; {
		word := strings.ToLower(strings.TrimSpace(lines.Text()))
		yes := word == "y" || word == "yes"
		if !yes && word != "n" && word != "no" {
			continue
		}
		a.mu.Lock()
		var q mailbox.Question
		if n := len(a.asked); n > 0 {
			q, a.asked = a.asked[n-1], a.asked[:n-1]
		}
		a.mu.Unlock()
		if q.Number == 0 {
			continue
		}
		if err := a.box.Answer(ctx, q.Number, yes); err != nil {
			a.terminal.Warnf("%v (nobody asks that any more)", err)
		}
	}
}
