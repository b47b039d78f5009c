package command

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/atomicfile"
	"github.com/urfave/cli/v2"
)

func (p *program) importCommand() *cli.Command {
	return &cli.Command{
		Name: "import", Usage: "add the contacts of vCard files", ArgsUsage: "FILE.vcf...",
		Description: "Reads vCards of versions 2.1, 3.0 and 4.0, from - those on stdin. What was imported before is not added again. A card\n" +
			"that is not whole or has no name is refused with its file and line; the rest is imported, and the exit code is 3.",
		Action: p.action(importFiles),
	}
}

func (p *program) exportCommand() *cli.Command {
	return &cli.Command{
		Name: "export", Usage: "write all contacts to a file or stdout", ArgsUsage: "[FILE]",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "format", Value: "vcf", Usage: "write `vcf|json`: vCards, or an array of objects"},
		},
		Action: p.action(exportContacts),
	}
}

// importReport is what an import did, for programs.
type importReport struct {
	assistant.ImportSummary
	Errors []importError `json:"errors,omitempty"`
}

type importError struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Reason string `json:"reason"`
}

func importFiles(ctx context.Context, s *session) error {
	var report importReport
	var failed error // of the last file that could not be read
	files := 0
	for _, name := range s.Args().Slice() {
		err := s.importFile(ctx, name, &report)
		switch {
		case err == nil:
			files++
		case ended(ctx, err):
			return errors.Join(s.reportImport(&report), err)
		default:
			failed = err
			report.Errors = append(report.Errors, importError{File: name, Reason: err.Error()})
			if s.NArg() > 1 {
				s.terminal.Warnf("%v", err)
			}
		}
	}
	if files == 0 && s.NArg() == 1 {
		return failed
	}
	if err := s.reportImport(&report); err != nil {
		return err
	}
	switch {
	case report.Refused > 0 && failed != nil:
		return console.Errorf(console.Partial, "", "%s refused, and %d of %d files could not be read", cards(report.Refused), s.NArg()-files, s.NArg())
	case report.Refused > 0:
		return console.Errorf(console.Partial, "", "%s refused", cards(report.Refused))
	case failed != nil:
		return console.Errorf(console.Partial, "", "%d of %d files could not be read", s.NArg()-files, s.NArg())
	}
	return nil
}

// importFile imports one file and adds its counts to the report.
func (s *session) importFile(ctx context.Context, name string, report *importReport) error {
	in, label := s.terminal.In, "stdin"
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }()
		in, label = f, name
	}
	progress := s.terminal.Progress("bytes of "+label, 0)
	summary, err := s.book.ImportVCards(ctx, &counted{in, progress}, label, func(refused *assistant.CardError) {
		progress.Done()
		report.Errors = append(report.Errors, importError{refused.File, refused.Line, refused.Err.Error()})
		// When stderr cannot be written, the report still tells of the card.
		_ = s.view.Problem(refused)
	})
	progress.Done()
	report.Added += summary.Added
	report.Updated += summary.Updated
	report.Unchanged += summary.Unchanged
	report.Refused += summary.Refused
	return err
}

// counted tells the progress of reading.
type counted struct {
	io.Reader
	progress *console.Progress
}

func (r *counted) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.progress.Add(int64(n))
	return n, err
}

func (s *session) reportImport(report *importReport) error {
	return s.view.Message(fmt.Sprintf("%d added, %d updated, %d unchanged, %d refused",
		report.Added, report.Updated, report.Unchanged, report.Refused), report)
}

// cards counts them with the verb.
func cards(n int) string {
	if n == 1 {
		return "1 card was"
	}
	return fmt.Sprintf("%d cards were", n)
}

func exportContacts(ctx context.Context, s *session) error {
	format := s.String("format")
	if s.terminal.JSON() && !s.IsSet("format") {
		format = "json"
	}
	var write func(context.Context, *assistant.Book, io.Writer) (int, error)
	switch format {
	case "vcf":
		write = func(ctx context.Context, book *assistant.Book, w io.Writer) (int, error) {
			return book.ExportVCards(ctx, w)
		}
	case "json":
		write = exportJSON
	default:
		return console.Errorf(console.Usage, "vcf or json", "unknown format %q", format)
	}
	ctx, file := ctx, s.Args().First()
	if file == "" || file == "-" {
		b := bufio.NewWriterSize(s.terminal.Out, 64<<10)
		if _, err := write(ctx, s.book, b); err != nil {
			return err
		}
		return b.Flush()
	}
	n := 0
	err := atomicfile.Write(file, 0o600, func(w io.Writer) (err error) {
		n, err = write(ctx, s.book, w)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return console.Errorf(console.NotFound, "check the path", "export: %w", err)
	}
	if err != nil {
		return err
	}
	return s.view.Message(fmt.Sprintf("exported %d contacts to %s", n, file), map[string]any{"exported": n, "file": file})
}

// exportJSON writes an array of contacts, one a line.
func exportJSON(ctx context.Context, book *assistant.Book, w io.Writer) (int, error) {
	n := 0
	for c, err := range book.AllContacts(ctx, assistant.ContactQuery{}) {
		if err != nil {
			return n, err
		}
		var line strings.Builder
		enc := json.NewEncoder(&line)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(c); err != nil {
			return n, err
		}
		begin := ",\n"
		if n == 0 {
			begin = "[\n"
		}
		if _, err := io.WriteString(w, begin+strings.TrimSuffix(line.String(), "\n")); err != nil {
			return n, err
		}
		n++
	}
	end := "\n]\n"
	if n == 0 {
		end = "[]\n"
	}
	_, err := io.WriteString(w, end)
	return n, err
}
