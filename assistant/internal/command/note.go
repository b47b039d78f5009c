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
		Subcommands: []*cli.Command{
			{
				Name: "add", Aliases: []string{"додати"}, Usage: "add a note; without TEXT, or with -, its text is read from stdin", ArgsUsage: "[TEXT...]",
				Flags:  noteFlags(),
				Action: p.action(addNote),
			},
			{
				Name: "show", Aliases: []string{"показати"}, Usage: "show all of one note", ArgsUsage: "ID|TITLE...",
				Action: p.action(showNote),
			},
			{
				Name: "edit", Aliases: []string{"змінити"}, Usage: "change the text, or what the flags name", ArgsUsage: "ID|TITLE [TEXT...]",
				Description: "Without TEXT and flags, or when TEXT is -, the new text is read from stdin.",
				Flags:       append(noteFlags(), ifVersion()),
				Action:      p.action(editNote),
			},
			{
				Name: "rm", Aliases: []string{"видалити"}, Usage: "remove a note", ArgsUsage: "ID|TITLE...",
				Flags:  []cli.Flag{yes()},
				Action: p.action(removeNote),
			},
			{
				Name: "list", Aliases: []string{"список"}, Usage: "list the notes, pinned ones first",
				Flags: []cli.Flag{
					&cli.StringFlag{Name: "tag", Usage: "only those with the `TAG`"},
					&cli.StringFlag{Name: "sort", Value: string(assistant.SortDate), Usage: "order by `tag|date|title`"},
				},
				Action: p.action(listNotes),
			},
			{
				Name: "tags", Aliases: []string{"теги"}, Usage: "list the tags of all notes",
				Action: p.action(func(ctx context.Context, s *session) error {
					tags, err := s.store.NoteTags(ctx)
					if err != nil {
						return err
					}
					return s.view.Tags(tags)
				}),
			},
		},
	}
}

func noteFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "title", Usage: "the `TITLE`"},
		&cli.StringSliceFlag{Name: "tag", Usage: "a `TAG`"},
		&cli.BoolFlag{Name: "pinned", Usage: "keep it above the others; --pinned=false lets it go"},
	}
}

// noteInput is what the flags say.
func (s *session) noteInput() assistant.NoteInput {
	in := assistant.NoteInput{Title: s.text("title"), Tags: s.list("tag")}
	if s.IsSet("pinned") {
		pinned := s.Bool("pinned")
		in.Pinned = &pinned
	}
	return in
}

// readText reads a note's text from stdin.
func (s *session) readText() (*string, error) {
	if s.terminal.Interactive() {
		s.terminal.Notef("Write the text, and end it with Ctrl-D on a line of its own.")
	}
	text, err := io.ReadAll(s.terminal.In)
	if err != nil {
		return nil, fmt.Errorf("read the text: %w", err)
	}
	value := string(text)
	return &value, nil
}

func addNote(ctx context.Context, s *session) error {
	in := s.noteInput()
	if words := s.words(0); s.NArg() > 0 && words != "-" {
		in.Text = &words
	} else if words == "-" || in.Title == nil || !console.IsTerminal(s.terminal.In) {
		var err error
		if in.Text, err = s.readText(); err != nil {
			return err
		}
	}
	n, err := s.book.AddNote(ctx, in)
	if err != nil {
		return err
	}
	return s.view.Message(fmt.Sprintf("added note %s", n.ID), n)
}

func showNote(ctx context.Context, s *session) error {
	n, err := s.book.Note(ctx, s.words(0))
	if err != nil {
		return err
	}
	return s.view.Note(n)
}

func editNote(ctx context.Context, s *session) error {
	in := s.noteInput()
	given := in.Title != nil || in.Tags != nil || in.Pinned != nil
	if words := s.words(1); s.NArg() > 1 && words != "-" {
		in.Text = &words
	} else if words == "-" || !given {
		var err error
		if in.Text, err = s.readText(); err != nil {
			return err
		}
		if !given && *in.Text == "" {
			return console.Errorf(console.Usage, "see assistant note edit --help", "nothing to change: give a text or a flag")
		}
	}
	n, err := s.book.EditNote(ctx, s.Args().First(), s.Int64("if-version"), in)
	if err != nil {
		return err
	}
	return s.view.Message(fmt.Sprintf("changed note %s, now version %d", n.ID, n.Version), n)
}

func removeNote(ctx context.Context, s *session) error {
	n, err := s.book.Note(ctx, s.words(0))
	if err != nil {
		return err
	}
	if err := s.terminal.Confirm(s.Bool("yes"), "remove note %q?", n.Heading()); err != nil {
		return err
	}
	if err := s.book.RemoveNote(ctx, n); err != nil {
		return err
	}
	return s.view.Message(fmt.Sprintf("removed note %s", n.ID), n)
}

func listNotes(ctx context.Context, s *session) error {
	sort, err := s.sorted(assistant.SortDate, assistant.SortTag, assistant.SortTitle)
	if err != nil {
		return err
	}
	return s.view.Notes(s.book.AllNotes(ctx, assistant.NoteQuery{Tag: s.String("tag"), Sort: sort}))
}
