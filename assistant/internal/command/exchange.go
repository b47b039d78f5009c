package command

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/exchange"
	"github.com/pythonweb/goweb/assistant/vcf"
	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/atomicfile"
	"github.com/urfave/cli/v2"
)

func (p *program) importCommand() *cli.Command {
	return &cli.Command{
		Name: "import", Usage: "import contacts from files of other address books", ArgsUsage: "SOURCE...",
		Description: "Reads vCards of versions 2.1, 3.0 and 4.0, the CSV of Google and Outlook, LDIF and jCard: files, " +
			"stdin (-), all .vcf files of a folder, and\n" +
			"all address books of another CardDAV server (https://...). What was imported before is not added again. A card " +
			"or row that is\n" +
			"incomplete or has nothing to be named by is refused with its file and line; what both sides changed stays as it " +
			"is here and is\n" +
			"reported. The rest is imported, and the exit code is 3.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "dry-run", Usage: "only say what would be new, changed, the same, and probably there already"},
			&cli.StringFlag{Name: "login", Usage: "the user's `NAME` at the server of an https:// source"},
			&cli.StringFlag{Name: "password-file", Usage: "the password is the first line of `FILE`; - is stdin"},
		},
		Action: p.action(importFiles),
	}
}

func (p *program) exportCommand() *cli.Command {
	return &cli.Command{
		Name: "export", Usage: "write all contacts to a file or stdout", ArgsUsage: "[FILE]",
		Flags: []cli.Flag{
			&cli.StringFlag{
				Name:  "format",
				Value: "vcf",
				Usage: "write `vcf|vcf4|csv|jcard|json`; by the file's name when not given",
			},
			&cli.StringSliceFlag{Name: "tag", Usage: "only contacts with the `TAG`; may be repeated"},
			forceFlag(),
		},
		Action: p.action(exportContacts),
	}
}

// importReport is what an import did, for programs.
type importReport struct {
	assistant.ImportSummary
	Errors     []importError              `json:"errors,omitempty"`
	Different  []*assistant.MergeConflict `json:"different,omitempty"` // changed on both sides
	TextValues []*assistant.TextValue     `json:"text_values,omitempty"`
	Twice      []*assistant.RepeatedUID   `json:"twice,omitempty"` // cards with the UID of another card

	Probable []*assistant.ProbableDuplicate `json:"probable,omitempty"` // new ones that probably exist, in a dry run
}

type importError struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Reason string `json:"reason"`
}

func importFiles(ctx context.Context, s *session) error {
	names, err := cardFiles(s.Args().Slice())
	if err != nil {
		return err
	}
	if !s.Bool("dry-run") {
		if err := s.keepDaily(ctx, true); err != nil {
			return err
		}
	}
	run := &importRun{session: s}
	report := &run.report
	run.cards = s.book.Importer(run.tell)
	if s.Bool("dry-run") {
		run.cards.DryRun()
	}
	var failed error // the error of the last file that could not be read
	files := 0
	for _, name := range names {
		err := run.file(ctx, name)
		switch {
		case err == nil:
			files++
		case ended(ctx, err):
			return errors.Join(s.reportImport(report), err)
		default:
			failed = err
			report.Errors = append(report.Errors, importError{File: name, Reason: err.Error()})
			if len(names) > 1 {
				s.terminal.Warnf("%v", s.failure(err))
			}
		}
	}
	if files == 0 && len(names) == 1 {
		if report.ImportSummary != (assistant.ImportSummary{}) { // report what is already in the store
			failed = errors.Join(s.reportImport(report), failed)
		}
		return failed
	}
	if err := run.cards.Finish(ctx); err != nil {
		return err
	}
	if err := s.reportImport(report); err != nil {
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
		parts = append(parts, s.lang.Sprintf("%d of %d files could not be read", len(names)-files, len(names)))
	}
	if len(parts) > 0 {
		return console.Errorf(console.Partial, "", "%s", strings.Join(parts, ", "))
	}
	return nil
}

// cardFiles replaces a folder by the vCard files in it and below, and a pattern by the files that match it.
func cardFiles(args []string) ([]string, error) {
	var names []string
	for _, arg := range args {
		if isRemote(arg) {
			names = append(names, arg)
			continue
		}
		info, err := os.Stat(arg)
		switch {
		case err == nil && info.IsDir():
			found, err := cardsBelow(arg)
			if err != nil {
				return nil, err
			}
			if len(found) == 0 {
				return nil, console.Errorf(console.NotFound, "name a file, or a folder with .vcf files", "no vCard file in %s", arg)
			}
			names = append(names, found...)
		case err != nil:
			if found := matching(arg); len(found) > 0 { // at the prompt no shell has expanded it
				names = append(names, found...)
				continue
			}
			names = append(names, arg)
		default:
			names = append(names, arg)
		}
	}
	return names, nil
}

// An importRun is one import by the command line.
type importRun struct {
	*session
	cards    *assistant.Importer
	report   importReport
	progress *console.Progress // of the file being read
}

// tell adds an error that an import reports to the report, and shows it.
func (run *importRun) tell(told error) {
	run.progress.Done()
	report := &run.report
	switch told := told.(type) {
	case *assistant.CardError:
		report.Errors = append(report.Errors, importError{told.File, told.Line, told.Err.Error()})
	case *assistant.MergeConflict:
		report.Different = append(report.Different, told)
	case *assistant.TextValue:
		report.TextValues = append(report.TextValues, told)
	case *assistant.RepeatedUID:
		report.Twice = append(report.Twice, told)
	case *assistant.ProbableDuplicate:
		report.Probable = append(report.Probable, told)
		run.terminal.Warnf("%v", told)
	}
	// If stderr cannot be written, the card is still in the report.
	_ = run.view.Problem(told)
}

// file imports one file and adds its counts to the report.
func (run *importRun) file(ctx context.Context, name string) error {
	in, label := run.terminal.In, "stdin"
	if isRemote(name) {
		remote, err := run.remote(name)
		if err != nil {
			return err
		}
		run.progress = run.terminal.Progress("cards of "+name, 0)
		return run.read(ctx, remote.Cards(ctx), name)
	}
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }()
		in, label = f, name
	}
	run.progress = run.terminal.Progress("bytes of "+label, 0)
	return run.read(ctx, exchange.Cards(&counted{ctx, in, run.progress}), label)
}

// read imports the cards of a file or a server.
func (run *importRun) read(ctx context.Context, cards iter.Seq2[*vcf.Card, error], label string) error {
	summary, err := run.cards.ReadCards(assistant.WithLabel(ctx, assistant.NewImportLabel(label)), cards, label)
	run.progress.Done()
	run.report.Add(summary)
	return err
}

// counted shows the progress of reading.
type counted struct {
	ctx context.Context // an io.Reader takes none
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
	text := s.lang.Sprintf(
		"%d added, %d updated, %d unchanged, %d refused",
		report.Added,
		report.Updated,
		report.Unchanged,
		report.Refused,
	)
	for _, more := range []struct {
		n    int
		text string
	}{
		{report.Conflicts, ", %d conflict|, %d conflicts"},
		{report.Repeated, ", %d repeated|, %d repeated"},
		{report.Groups, ", %d group|, %d groups"},
		{report.Duplicates, ", %d probable duplicate|, %d probable duplicates"},
	} {
		if more.n > 0 {
			text += s.lang.Count(more.n, more.text)
		}
	}
	if report.KeptAsText > 0 {
		s.terminal.Notef("%s", s.lang.Count(report.KeptAsText, "%d value kept as text|%d values kept as text"))
	}
	if s.Bool("dry-run") {
		text = s.lang.Sprintf("would be: %s", text)
	}
	return s.view.Message(text, report)
}

func exportContacts(ctx context.Context, s *session) error {
	file := s.Args().First()
	format, err := s.exportFormat(file)
	if err != nil {
		return err
	}
	query := assistant.ContactQuery{Filter: assistant.Filter{Tags: s.StringSlice("tag")}}
	query.Groups = format != "csv" && format != "json" // those are tables of people
	write := func(ctx context.Context, book *assistant.Book, w io.Writer) (int, error) {
		return exportFormats()[format](w, book.AllContacts(ctx, query))
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
	return s.view.Message(
		s.lang.Count(n, "exported %[1]d contact to %[2]s|exported %[1]d contacts to %[2]s", file),
		map[string]any{"exported": n, "file": file},
	)
}

// exists returns the error for a file that would be overwritten.
func (s *session) exists(file string) error {
	return &console.Error{
		Code: console.Failed, Name: "exists", Hint: s.lang.Text("name another file, or overwrite it with --force"),
		Err: errors.New(s.lang.Sprintf("%s already exists", file)),
	}
}

// isSpecial reports whether a file is a device or a pipe, which is written to and not replaced.
func isSpecial(file string) bool {
	info, err := os.Stat(file)
	return err == nil && !info.Mode().IsRegular() && !info.IsDir()
}

func forceFlag() cli.Flag {
	return &cli.BoolFlag{Name: "force", Usage: "overwrite the file"}
}

// exportFormat returns the format given by --format or --json, or by the file's name.
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
		format = "csv"
	case extension == ".jcard":
		format = "jcard"
	case s.terminal.JSON():
		format = "json"
	}
	if exportFormats()[format] == nil {
		return "", console.Errorf(console.Usage, "vcf, vcf4, csv, jcard or json", "unknown format %q", format)
	}
	return format, nil
}

// exportFormats returns the formats of contact export. Each writes all contacts and returns their number.
func exportFormats() map[string]func(io.Writer, iter.Seq2[*assistant.Contact, error]) (int, error) {
	return map[string]func(io.Writer, iter.Seq2[*assistant.Contact, error]) (int, error){
		"vcf": exchange.WriteVCards, "vcf4": exchange.WriteModern, "csv": exchange.WriteCSV,
		"jcard": exchange.WriteJCards, "json": exportJSON,
	}
}

// exportJSON writes an array of contacts, one per line.
func exportJSON(w io.Writer, contacts iter.Seq2[*assistant.Contact, error]) (int, error) {
	n := 0
	for c, err := range contacts {
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
