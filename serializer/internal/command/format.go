package command

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/serializer"
)

// A format is a format of files.
type format struct {
	name       serializer.Format
	extensions []string
	written    bool
	what       string
}

// formatPickle can be read, but not written.
const formatPickle serializer.Format = "pickle"

func formats() []format {
	var all []format
	for _, f := range serializer.AllFormats() {
		all = append(all, format{f, f.Extensions(), true, f.Description()})
	}
	return append(all, format{
		formatPickle, []string{".pickle", ".pkl", ".p"}, false, "Python pickle, protocols 0 to 5; nothing in it is executed",
	})
}

// names returns the names of the formats that can be read, or written, for the help of a flag.
func names(writing bool) string {
	var all []string
	for _, f := range formats() {
		if f.written || !writing {
			all = append(all, string(f.name))
		}
	}
	return strings.Join(all, "|")
}

// formatOf returns the format that a flag names, or else the one that the file's name implies.
func formatOf(flag, given, path string, writing bool) (serializer.Format, error) {
	var names []string
	ext := strings.ToLower(filepath.Ext(path))
	for _, f := range formats() {
		if given == string(f.name) || given == "" && path != "-" && slices.Contains(f.extensions, ext) {
			if writing && !f.written {
				return "", console.Errorf(
					console.Usage,
					"serializer formats lists what can be written",
					"%s can be read, but not written",
					f.name,
				)
			}
			return f.name, nil
		}
		if f.written || !writing {
			names = append(names, string(f.name))
		}
	}
	hint := strings.Join(names, ", ")
	if given != "" {
		return "", console.Errorf(console.Usage, hint, "unknown format %q", given)
	}
	name := shown(path)
	if writing && path == "-" {
		name = "stdout"
	}
	return "", console.Errorf(console.Usage, "name it with "+flag+": "+hint, "no format is known for the name %s", name)
}

// reader opens a reader of any format.
func (in *input) reader(hints *serializer.Hints, o serializer.ReaderOptions) (serializer.Reader, error) {
	if in.skipBad && in.format == serializer.FormatJSONLines {
		in.good = newGoodLines(in, o)
		return serializer.NewReader(in.format, in.good, hints, o)
	}
	if in.format != formatPickle {
		return serializer.NewReader(in.format, in, hints, o)
	}
	read := in.pickle
	read.Limits = o.Limits
	if read.Sequence = in.many; in.many { // where every pickle counts, other bytes are not left out
		read.Rest = nil
	}
	return read.NewReader(in)
}

func formatsCommand() *cli.Command {
	return &cli.Command{
		Name:  "formats",
		Usage: "list the formats, and the kinds that --lossy can name",
		Flags: []cli.Flag{console.FormatFlag()},
		Action: func(c *cli.Context) error {
			table := console.Table{Columns: []string{"name", "use", "extensions", "description"}}
			for _, f := range formats() {
				use := "read, write"
				if !f.written {
					use = "read"
				}
				table.Rows = append(table.Rows, []any{string(f.name), use, strings.Join(f.extensions, " "), f.what})
			}
			for _, loss := range serializer.Losses() {
				table.Rows = append(table.Rows, []any{loss.Name, "lossy", "", loss.Plain})
			}
			return console.From(c).Table(table)
		},
	}
}
