package command

import (
	"os"
	"strings"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/console"
	"github.com/urfave/cli/v2"
)

// offer completes the operands of a command: the names or titles of a kind of thing, and its tags.
func (p *program) offer(kind assistant.Kind) cli.BashCompleteFunc {
	return console.Values(func(c *cli.Context, flag string) ([]console.Entry, error) {
		isTag := flag == "tag" || strings.HasSuffix(flag, "-tag")
		if !isTag && (flag != "" || c.Command.ArgsUsage == "" || c.Command.Name == "add") || !p.worthOpening(c) {
			return nil, nil
		}
		s, err := p.open(c)
		if err != nil {
			return nil, err
		}
		defer func() { _ = s.close() }()
		if isTag {
			return s.tagEntries(kind)
		}
		return s.nameEntries(kind, strings.Join(c.Args().Slice(), " "))
	})
}

// worthOpening reports whether the store exists: pressing the completion key does not create one.
func (p *program) worthOpening(c *cli.Context) bool {
	if p.store != nil {
		return true
	}
	dsn, err := storeDSN(c)
	if path, isFile := strings.CutPrefix(dsn, "sqlite:"); err == nil && isFile {
		_, err = os.Stat(path)
	}
	return err == nil
}

func (s *session) tagEntries(kind assistant.Kind) ([]console.Entry, error) {
	list := s.store.ContactTags
	if kind == assistant.KindNote {
		list = s.store.NoteTags
	}
	tags, err := list(s.Context.Context)
	entries := make([]console.Entry, len(tags))
	for i, t := range tags {
		entries[i] = console.Entry{Word: t.Tag}
	}
	return entries, err
}

// nameEntries returns the completions of a name whose beginning was typed: for Олена the rest of Олена Кравець.
func (s *session) nameEntries(kind assistant.Kind, typed string) ([]console.Entry, error) {
	entries := []console.Entry{}
	add := func(name, about string) {
		if typed != "" {
			if len(name) <= len(typed) || !strings.EqualFold(name[:len(typed)], typed) || name[len(typed)] != ' ' {
				return
			}
			name = strings.TrimLeft(name[len(typed):], " ")
		}
		entries = append(entries, console.Entry{Word: name, Text: about})
	}
	if kind == assistant.KindNote {
		for n, err := range s.book.AllNotes(s.Context.Context, assistant.NoteQuery{Done: assistant.DoneOrNot}) {
			if err != nil {
				return entries, err
			}
			add(n.Heading(), "")
		}
		return entries, nil
	}
	for c, err := range s.book.AllContacts(s.Context.Context, assistant.ContactQuery{Row: true}) {
		if err != nil {
			return entries, err
		}
		about := ""
		if len(c.Phones) > 0 {
			about = c.Phones[0].Typed
		}
		add(c.Name, about)
	}
	return entries, nil
}
