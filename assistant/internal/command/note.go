package command

import (
	"context"
	"fmt"
	"io"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/console"
	"github.com/urfave/cli/v2"
)

func (p *program) note() *cli.Command {
	return &cli.Command{
		Name: "note", Aliases: []string{"нотатка"}, Usage: "work with notes",
		Subcommands: append([]*cli.Command{
			{
				Name: "add", Aliases: []string{"додати"}, ArgsUsage: "[TEXT...]",
				Usage:  "add a note; without TEXT, or with -, its text is read from stdin",
				Flags:  append(noteFlags(), editFlag()),
				Action: p.action(addNote), BashComplete: p.offer(assistant.KindNote),
			},
			{
				Name: "show", Aliases: []string{"показати"}, Usage: "show everything about a note", ArgsUsage: "ID|TITLE...",
				Action: p.action(showNote), BashComplete: p.offer(assistant.KindNote),
			},
			{
				Name: "edit", Aliases: []string{"змінити"}, Usage: "change the text, or what the flags name",
				ArgsUsage: "ID|TITLE [TEXT...]",
				Description: "When TEXT is -, the new text is read from stdin. " +
					"Without TEXT and flags $VISUAL opens on a terminal, and elsewhere\n" +
					"the text is read from stdin.",
				Flags: append(noteFlags(), ifVersion(), editFlag(),
					&cli.StringSliceFlag{Name: "add-tag", Usage: "add a `TAG`"},
					&cli.StringSliceFlag{Name: "rm-tag", Usage: "remove the `TAG`"}),
				Action: p.action(editNote), BashComplete: p.offer(assistant.KindNote),
			},
			{
				Name: "append", Usage: "add lines to the text; without TEXT, or with -, they are read from stdin",
				ArgsUsage: "ID|TITLE [TEXT...]",
				Action:    p.action(appendNote), BashComplete: p.offer(assistant.KindNote),
			},
			{
				Name: "done", Usage: "mark a note as done, which takes it out of the lists", ArgsUsage: "ID|TITLE...",
				Flags:  []cli.Flag{&cli.BoolFlag{Name: "undo", Usage: "mark a note as not done"}},
				Action: p.action(finishNote), BashComplete: p.offer(assistant.KindNote),
			},
			{
				Name: "rm", Aliases: []string{"видалити"}, Usage: "remove a note", ArgsUsage: "ID|TITLE...",
				Flags:  []cli.Flag{yes()},
				Action: p.action(removeNote), BashComplete: p.offer(assistant.KindNote),
			},
			{
				Name: "list", Aliases: []string{"список"}, Usage: "list the notes, pinned ones first",
				Flags: append(tagFilters(),
					&cli.StringFlag{Name: "sort", Value: string(assistant.SortDate), Usage: "order by `tag|date|title|due`"},
					&cli.BoolFlag{Name: "done", Usage: "only notes that are done"},
					&cli.BoolFlag{Name: "all", Usage: "also notes that are done"}),
				Action: p.action(listNotes), BashComplete: p.offer(assistant.KindNote),
			},
			{
				Name: "tags", Aliases: []string{"теги"}, Usage: "list the tags of all notes",
				Action: p.action(func(ctx context.Context, s *session) error {
					tags, err := s.book.Store.NoteTags(ctx)
					if err != nil {
						return err
					}
					return s.view.Tags(tags)
				}),
			},
		}, p.noteHistory()...),
	}
}

func noteFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "title", Usage: "the `TITLE`"},
		&cli.StringSliceFlag{Name: "tag", Usage: "a `TAG`"},
		&cli.BoolFlag{Name: "pinned", Usage: "keep it above the others; --pinned=false unpins it"},
		&cli.StringFlag{Name: "due", Usage: "the `DATE` by which it is to be done: 2026-12-24, 24.12., tomorrow, +3, friday"},
		&cli.StringFlag{Name: "remind", Usage: "remind from the `DATE` on, or from that many days before it is due"},
	}
}

// noteInput returns the input that the flags describe.
func (s *session) noteInput() assistant.NoteInput {
	in := assistant.NoteInput{
		Title: s.text("title"), Due: s.text("due"), Remind: s.text("remind"),
		Tags: s.changes("tag"),
	}
	if s.IsSet("pinned") {
		pinned := s.Bool("pinned")
		in.Pinned = &pinned
	}
	return in
}

// readText reads a note's text from stdin.
func (s *session) readText() (*string, error) {
	if s.terminal.Interactive() {
		s.terminal.Notef("%s", s.lang.Text("Write the text, and end it with Ctrl-D on a line of its own."))
	}
	text, err := io.ReadAll(s.terminal.In)
	if err != nil {
		return nil, fmt.Errorf("read the text: %w", err)
	}
	value, err := assistant.DecodeText("text", text)
	return &value, err
}

func addNote(ctx context.Context, s *session) error {
	in := s.noteInput()
	if words := s.words(0); s.NArg() > 0 && words != "-" {
		in.Text = &words
	} else if words == "-" || !s.Bool("edit") && (in.Title == nil || !console.IsTerminal(s.terminal.In)) {
		var err error
		if in.Text, err = s.readText(); err != nil {
			return err
		}
	}
	if s.Bool("edit") {
		text, err := s.edited(deref(in.Text), ".md", func(string) error { return nil })
		if err != nil {
			return err
		}
		in.Text = &text
	}
	n, err := s.book.AddNote(ctx, in)
	if err != nil {
		return err
	}
	return s.view.Message(s.lang.Sprintf("added note %s", n.ID), n)
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func showNote(ctx context.Context, s *session) error {
	ref, err := s.ref(assistant.KindNote, s.words(0))
	if err != nil {
		return err
	}
	n, err := s.book.Note(ctx, ref)
	if err != nil {
		return err
	}
	return s.view.Note(n)
}

// namedNote is like [session.named], for notes.
func (s *session) namedNote(ctx context.Context, words string) (string, error) {
	ref, err := s.ref(assistant.KindNote, words)
	if err != nil {
		return "", err
	}
	n, err := s.book.NoteNamed(ctx, ref)
	if err == nil {
		return n.ID, nil
	}
	return s.chosen(err)
}

func editNote(ctx context.Context, s *session) error {
	ref, err := s.namedNote(ctx, s.Args().First())
	if err != nil {
		return err
	}
	in := s.noteInput()
	given := s.given() > 0
	words := s.words(1)
	switch {
	case s.NArg() > 1 && words != "-":
		in.Text = &words
	case words != "-" && (s.Bool("edit") || !given && s.canEdit()):
		n, err := s.book.NoteNamed(ctx, ref)
		if err != nil {
			return err
		}
		text, err := s.edited(n.Text, ".md", func(string) error { return nil })
		if err != nil {
			return err
		}
		in.Text = &text
	case words == "-" || !given:
		if in.Text, err = s.readText(); err != nil {
			return err
		}
		if !given && *in.Text == "" {
			return console.Errorf(
				console.Usage,
				s.lang.Text("see assistant note edit --help"),
				"%s",
				s.lang.Text("nothing to change: give a text or a flag"),
			)
		}
	}
	return s.changeNote(ctx, ref, in)
}

// changeNote changes a note and shows the result.
func (s *session) changeNote(ctx context.Context, ref string, in assistant.NoteInput) error {
	before, err := s.book.NoteNamed(ctx, ref)
	if err != nil {
		return err
	}
	version := before.Version
	n, removed, err := s.book.EditNote(ctx, ref, s.Int64("if-version"), in)
	if err != nil {
		return err
	}
	s.toldRemoved(removed)
	return s.showChangedNote(n, version)
}

// showChangedNote shows what became of a note that had this version.
func (s *session) showChangedNote(n *assistant.Note, version int64) error {
	if n.Version == version {
		return s.view.Message(s.lang.Sprintf("nothing changed in note %s", n.ID), n)
	}
	return s.view.Message(s.lang.Sprintf("changed note %s, now version %d", n.ID, n.Version), n)
}

func appendNote(ctx context.Context, s *session) error {
	ref, err := s.namedNote(ctx, s.Args().First())
	if err != nil {
		return err
	}
	words := s.words(1)
	in := assistant.NoteInput{Append: &words}
	if words == "" || words == "-" {
		if in.Append, err = s.readText(); err != nil {
			return err
		}
	}
	return s.changeNote(ctx, ref, in)
}

func finishNote(ctx context.Context, s *session) error {
	ref, err := s.namedNote(ctx, s.words(0))
	if err != nil {
		return err
	}
	done := !s.Bool("undo")
	n, _, err := s.book.EditNote(ctx, ref, 0, assistant.NoteInput{Done: &done})
	if err != nil {
		return err
	}
	if !done {
		return s.view.Message(s.lang.Sprintf("not done: %s", n.Heading()), n)
	}
	return s.view.Message(s.lang.Sprintf("done: %s", n.Heading()), n)
}

func removeNote(ctx context.Context, s *session) error {
	ref, err := s.namedNote(ctx, s.words(0))
	if err != nil {
		return err
	}
	n, err := s.book.NoteNamed(ctx, ref)
	if err != nil {
		return err
	}
	if err := s.terminal.Confirm(s.Bool("yes"), "%s", s.lang.Sprintf("remove note %q?", n.Heading())); err != nil {
		return err
	}
	if err := s.book.RemoveNote(ctx, n); err != nil {
		return err
	}
	return s.view.Message(s.lang.Sprintf("removed note %s", n.ID), n)
}

func listNotes(ctx context.Context, s *session) error {
	sort, err := s.sorted(assistant.SortDate, assistant.SortTag, assistant.SortTitle, assistant.SortDue)
	if err != nil {
		return err
	}
	q := assistant.NoteQuery{Filter: s.filter(), Sort: sort, Done: assistant.NotDone}
	switch {
	case s.Bool("all"):
		q.Done = assistant.DoneOrNot
	case s.Bool("done"):
		q.Done = assistant.OnlyDone
	}
	return s.view.Notes(numbered(s, assistant.KindNote, noteID, s.book.AllNotes(ctx, q)))
}
