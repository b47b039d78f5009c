package shell

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/pythonweb/goweb/console"
)

// understood answers a line that is not a command but a sentence with the command that it means. On a terminal the
// command is proposed: pressing Enter runs it, and any other line is treated as usual. In a pipe it is printed, for
// whoever wants to run it. If several fit, none is chosen. A line that is not a sentence is returned as the words to
// run.
func (s *Shell) understood(
	ctx context.Context, text string, words []string, t *tally,
) (run, proposed []string, err error) {
	if s.Means == nil || leaves(words[0]) {
		return words, nil, nil
	}
	meanings, err := s.Means(ctx, text, words)
	if ctx.Err() != nil {
		return nil, nil, nil // Serve will notice
	}
	switch {
	case err != nil:
		s.Terminal.Warnf("%v", err)
		t.count(console.NotFound)
		return nil, nil, nil
	case len(meanings) == 0:
		return words, nil, nil
	case len(meanings) > 1:
		list := make([]string, len(meanings))
		for i, m := range meanings {
			list[i] = Line(m)
		}
		s.Terminal.Warnf("%s", s.say("this may mean:")+"\n  "+strings.Join(list, "\n  "))
		t.count(console.Failed)
		return nil, nil, nil
	case !s.interactive():
		t.count(console.Done)
		if s.Terminal.JSON() {
			return nil, nil, s.Terminal.Value(map[string]any{"command": meanings[0]})
		}
		_, err := fmt.Fprintln(s.Terminal.Out, Line(meanings[0]))
		return nil, nil, err
	}
	s.Terminal.Notef("  %s\n%s", Line(meanings[0]), s.say("Enter alone runs it."))
	return nil, meanings[0], nil
}

func (s *Shell) say(english string) string {
	if s.Say == nil {
		return english
	}
	return s.Say(english)
}

// Line quotes words so that the line splits into the same words again.
func Line(words []string) string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = quoted(w)
	}
	return strings.Join(list, " ")
}

func quoted(word string) string {
	plain := word != "" && !strings.HasPrefix(word, "~") && !strings.ContainsFunc(word, func(r rune) bool {
		return unicode.IsSpace(r) || r == '\\' || r == '"' || r == '\''
	})
	if plain {
		return word
	}
	if tokens, open := cut("'"+word+"'", nil); open == 0 && len(tokens) == 1 && tokens[0].value == word {
		return "'" + word + "'"
	}
	escaped := strings.NewReplacer(`\`, `\\`, `"`, `\"`, `'`, `\'`).Replace(word)
	return `"` + escaped + `"`
}
