package command

import (
	"context"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/console"
	"github.com/urfave/cli/v2"
)

// contactHistory returns the commands that undo changes of contacts. None of them asks for confirmation: each can
// itself be undone.
func (p *program) contactHistory() []*cli.Command {
	return []*cli.Command{
		{
			Name: "duplicates", Usage: "list contacts that are probably the same, with the reason",
			Action: p.action(func(ctx context.Context, s *session) error {
				list, err := s.book.Duplicates(ctx)
				if err != nil {
					return err
				}
				return s.view.Duplicates(list)
			}),
		},
		{
			Name: "merge", Usage: "merge two contacts: the first gets what only the second has", ArgsUsage: "ID|NAME ID|NAME",
			Description: "The second contact goes to the trash. " +
				"Where they differ, the first keeps its own value, and that of the second\n" +
				"goes into its note. contact unmerge undoes it at any time.",
			Action: p.action(mergeContacts),
		},
		{
			Name: "unmerge", Usage: "split a merged contact into two again; what was changed since stays",
			ArgsUsage: "ID|NAME...",
			Action:    p.action(unmergeContact),
		},
		{
			Name: "history", Usage: "list the versions of a contact, the latest first", ArgsUsage: "ID|NAME...",
			Action: p.action(func(ctx context.Context, s *session) error {
				ref, err := s.ref(assistant.KindContact, s.words(0))
				if err != nil {
					return err
				}
				return s.showHistory(s.book.ContactHistory(ctx, ref))
			}),
		},
		{
			Name: "undo", Usage: "undo the last change of a contact, as a new version", ArgsUsage: "ID|NAME...",
			Flags: []cli.Flag{toVersion()},
			Action: p.action(func(ctx context.Context, s *session) error {
				ref, err := s.ref(assistant.KindContact, s.words(0))
				if err != nil {
					return err
				}
				return undoContact(ctx, s, ref)
			}),
		},
		{
			Name: "trash", Usage: "list the contacts that were removed in the last 30 days",
			Action: p.action(func(ctx context.Context, s *session) error { return s.showTrash(s.book.ContactTrash(ctx)) }),
		},
		{
			Name: "restore", Usage: "take a contact out of the trash", ArgsUsage: "ID|NAME...",
			Action: p.action(func(ctx context.Context, s *session) error {
				c, err := s.book.RestoreContact(ctx, s.words(0))
				if err != nil {
					return err
				}
				return s.view.Message(s.lang.Sprintf("restored %s (%s)", c.Name, c.ID), c)
			}),
		},
	}
}

// noteHistory returns the commands that undo changes of notes.
func (p *program) noteHistory() []*cli.Command {
	return []*cli.Command{
		{
			Name: "history", Usage: "list the versions of a note, the latest first", ArgsUsage: "ID|TITLE...",
			Action: p.action(func(ctx context.Context, s *session) error {
				ref, err := s.ref(assistant.KindNote, s.words(0))
				if err != nil {
					return err
				}
				return s.showHistory(s.book.NoteHistory(ctx, ref))
			}),
		},
		{
			Name: "undo", Usage: "undo the last change of a note, as a new version", ArgsUsage: "ID|TITLE...",
			Flags: []cli.Flag{toVersion()},
			Action: p.action(func(ctx context.Context, s *session) error {
				ref, err := s.ref(assistant.KindNote, s.words(0))
				if err != nil {
					return err
				}
				return undoNote(ctx, s, ref)
			}),
		},
		{
			Name: "trash", Usage: "list the notes that were removed in the last 30 days",
			Action: p.action(func(ctx context.Context, s *session) error { return s.showTrash(s.book.NoteTrash(ctx)) }),
		},
		{
			Name: "restore", Usage: "take a note out of the trash", ArgsUsage: "ID|TITLE...",
			Action: p.action(func(ctx context.Context, s *session) error {
				n, err := s.book.RestoreNote(ctx, s.words(0))
				if err != nil {
					return err
				}
				return s.view.Message(s.lang.Sprintf("restored %s (%s)", n.Heading(), n.ID), n)
			}),
		},
	}
}

func undoContact(ctx context.Context, s *session, ref string) error {
	before, err := s.book.ContactNamed(ctx, ref)
	if err != nil {
		return err
	}
	version := before.Version
	c, err := s.book.UndoContact(ctx, before.ID, s.Int64("to"))
	if err != nil {
		return err
	}
	return s.showChangedContact(c, version)
}

func undoNote(ctx context.Context, s *session, ref string) error {
	before, err := s.book.NoteNamed(ctx, ref)
	if err != nil {
		return err
	}
	version := before.Version
	n, err := s.book.UndoNote(ctx, before.ID, s.Int64("to"))
	if err != nil {
		return err
	}
	return s.showChangedNote(n, version)
}

func toVersion() cli.Flag {
	return &cli.Int64Flag{Name: "to", Usage: "undo all changes since version `V`"}
}

func (s *session) showHistory(list []assistant.Change, err error) error {
	if err != nil {
		return err
	}
	return s.view.History(list)
}

func (s *session) showTrash(list []assistant.Trashed, err error) error {
	if err != nil {
		return err
	}
	return s.view.Trash(list)
}

func mergeContacts(ctx context.Context, s *session) error {
	if s.NArg() != 2 {
		return console.Errorf(
			console.Usage,
			s.lang.Text("put a name of several words in quotes"),
			"%s",
			s.lang.Text("name two contacts"),
		)
	}
	into, err := s.ref(assistant.KindContact, s.Args().Get(0))
	if err != nil {
		return err
	}
	other, err := s.ref(assistant.KindContact, s.Args().Get(1))
	if err != nil {
		return err
	}
	c, err := s.book.MergeContacts(ctx, into, other)
	if err != nil {
		return err
	}
	return s.view.Message(s.lang.Sprintf("merged into %s (%s), now version %d", c.Name, c.ID, c.Version), c)
}

func unmergeContact(ctx context.Context, s *session) error {
	ref, err := s.ref(assistant.KindContact, s.words(0))
	if err != nil {
		return err
	}
	into, other, err := s.book.UnmergeContact(ctx, ref)
	if err != nil {
		return err
	}
	both := map[string]*assistant.Contact{"other": other}
	if into != nil {
		both["contact"] = into
	}
	return s.view.Message(s.lang.Sprintf("restored %s (%s)", other.Name, other.ID), both)
}
