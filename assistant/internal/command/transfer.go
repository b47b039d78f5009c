package command

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
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
			"that is not whole or has nothing to be named by is refused with its file and line; what both sides changed stays as it is\n" +
			"here and is told. The rest is imported, and the exit code is 3.",
		Action: p.action(importFiles),
	}
}

func (p *program) exportCommand() *cli.Command {
	return &cli.Command{
		Name: "export", Usage: "write all contacts to a file or stdout", ArgsUsage: "[FILE]",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "format", Value: "vcf", Usage: "write `vcf|json`: vCards, or an array of objects; by the file's name when not given"},
			forceFlag(),
		},
		Action: p.action(exportContacts),
	}
}

// importReport is what an import did, for programs.
type importReport struct {
	assistant.ImportSummary
	Errors     []importError              `json:"errors,omitempty"`
	Different  []*assistant.MergeConflict `json:"different,omitempty"` // what both sides changed
	TextValues []*assistant.TextValue     `json:"text_values,omitempty"`
	Twice      []*assistant.RepeatedUID   `json:"twice,omitempty"` // cards with the UID of another one
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
	if err := s.keepDaily(ctx, true); err != nil {
		return err
	}
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
				s.terminal.Warnf("%v", s.failure(err))
			}
		}
	}
	if files == 0 && s.NArg() == 1 {
		return failed
	}
	if err := s.reportImport(&report); err != nil {
		return err
	}
	var parts []string
	if report.Refused > 0 {
		parts = append(parts, s.lang.Count(report.Refused, "%d card was refused|%d cards were refused"))
	}
	if report.Conflicts > 0 {
		parts = append(parts, s.lang.Count(report.Conflicts, "%d value differs and was kept|%d values differ and were kept"))
	}
	if failed != nil {
		parts = append(parts, s.lang.Sprintf("%d of %d files could not be read", s.NArg()-files, s.NArg()))
	}
	if len(parts) > 0 {
		return console.Errorf(console.Partial, "", "%s", strings.Join(parts, ", "))
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
	summary, err := s.book.ImportVCards(ctx, &counted{ctx, in, progress}, label, func(told error) {
		progress.Done()
		switch told := told.(type) {
		case *assistant.CardError:
			report.Errors = append(report.Errors, importError{told.File, told.Line, told.Err.Error()})
		case *assistant.MergeConflict:
			report.Different = append(report.Different, told)
		case *assistant.TextValue:
			report.TextValues = append(report.TextValues, told)
		case *assistant.RepeatedUID:
			report.Twice = append(report.Twice, told)
		}
		// When stderr cannot be written, the report still tells of the card.
		_ = s.view.Problem(told)
	})
	progress.Done()
	report.Add(summary)
	return err
}

// counted tells the progress of reading.
type counted struct {
	ctx context.Context // a reader takes none
	io.Reader
	progress *console.Progress
}

func (r *counted) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.Reader.Read(p)
	r.progress.Add(int64(n))
	return n, err
}

func (s *session) reportImport(report *importReport) error {
	text := s.lang.Sprintf("%d added, %d updated, %d unchanged, %d refused", report.Added, report.Updated, report.Unchanged, report.Refused)
	for _, more := range []struct {
		n    int
		text string
	}{
		{report.Conflicts, ", %d conflict|, %d conflicts"},
		{report.Repeated, ", %d repeated|, %d repeated"},
		{report.Groups, ", %d group|, %d groups"},
	} {
		if more.n > 0 {
			text += s.lang.Count(more.n, more.text)
		}
	}
	if report.KeptAsText > 0 {
		s.terminal.Notef("%s", s.lang.Count(report.KeptAsText, "%d value kept as text|%d values kept as text"))
	}
	return s.view.Message(text, report)
}

func exportContacts(ctx context.Context, s *session) error {
	file := s.Args().First()
	format, err := s.exportFormat(file)
	if err != nil {
		return err
	}
	write := func(ctx context.Context, book *assistant.Book, w io.Writer) (int, error) {
		return book.ExportVCards(ctx, w)
	}
	if format == "json" {
		write = exportJSON
	}
	if file == "" || file == "-" {
		b := bufio.NewWriterSize(s.terminal.Out, 64<<10)
		if _, err := write(ctx, s.book, b); err != nil {
			return err
		}
		return b.Flush()
	}
	n := 0
	save := atomicfile.WriteNew
	if s.Bool("force") || isSpecial(file) {
		save = atomicfile.Write
	}
	err = save(file, 0o600, func(w io.Writer) (err error) {
		n, err = write(ctx, s.book, w)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return console.Errorf(console.NotFound, s.lang.Text("check the path"), "export: %w", err)
	}
	if errors.Is(err, fs.ErrExist) {
		return s.exists(file)
	}
	if err != nil {
		return err
	}
	return s.view.Message(s.lang.Count(n, "exported %[1]d contact to %[2]s|exported %[1]d contacts to %[2]s", file), map[string]any{"exported": n, "file": file})
}

// exists is the error of a file that would be written over.
func (s *session) exists(file string) error {
	return &console.Error{
		Code: console.Failed, Name: "exists", Hint: s.lang.Text("name another file, or overwrite it with --force"),
		Err: errors.New(s.lang.Sprintf("%s exists already", file)),
	}
}

// isSpecial reports whether a file is a device or a pipe, which is written into and not replaced.
func isSpecial(file string) bool {
	info, err := os.Stat(file)
	return err == nil && !info.Mode().IsRegular() && !info.IsDir()
}

func forceFlag() cli.Flag {
	return &cli.BoolFlag{Name: "force", Usage: "overwrite the file"}
}

// exportFormat is that of --format or --json, or of the file's name.
func (s *session) exportFormat(file string) (string, error) {
	format := s.String("format")
	extension := strings.ToLower(filepath.Ext(file))
	switch {
	case s.IsSet("format"):
	case extension == ".json":
		format = "json"
	case extension == ".vcf" || extension == ".vcard":
		format = "vcf"
	case extension == ".csv":
		return "", console.Errorf(console.Usage, s.lang.Text("vcf or json"), "%s", s.lang.Text("contacts cannot be written as CSV"))
	case s.terminal.JSON():
		format = "json"
	}
	if format != "vcf" && format != "json" {
		return "", console.Errorf(console.Usage, s.lang.Text("vcf or json"), "unknown format %q", format)
	}
	return format, nil
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
