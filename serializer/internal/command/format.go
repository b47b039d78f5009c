package command

import (
	"io"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/serializer"
	"github.com/pythonweb/goweb/serializer/pickle"
)

// A format is what a file can be in.
type format struct {
	name       serializer.Format
	extensions []string
	written    bool
	what       string
}

// formatPickle is read only.
const formatPickle serializer.Format = "pickle"

func formats() []format {
	return []format{
		{serializer.FormatJSON, []string{".json"}, true, "RFC 8259, with $ objects for what it has no syntax for"},
		{serializer.FormatJSONLines, []string{".jsonl", ".ndjson"}, true, "one JSON value a line"},
		{serializer.FormatCBOR, []string{".cbor", ".bin"}, true, "RFC 8949, preferred serialisation"},
		{serializer.FormatCBORSequence, []string{".cborseq"}, true, "RFC 8742, CBOR values one after the other"},
		{serializer.FormatMessagePack, []string{".msgpack", ".mp"}, true, "MessagePack, own kinds in extension 80"},
		{formatPickle, []string{".pickle", ".pkl", ".p"}, false, "Python pickle, protocols 0 to 5; nothing in it is executed"},
	}
}

// formatOf finds the format that a flag names, or else the file's name.
func formatOf(flag, given, path string, writing bool) (serializer.Format, error) {
	var names []string
	ext := strings.ToLower(filepath.Ext(path))
	for _, f := range formats() {
		if given == string(f.name) || given == "" && path != "-" && hasString(f.extensions, ext) {
			if writing && !f.written {
				return "", console.Errorf(console.Usage, "serializer formats lists what can be written", "%s is read, never written", f.name)
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
	return "", console.Errorf(console.Usage, "name it with "+flag+": "+hint, "the name %s tells no format", name)
}

func hasString(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// newReader opens a reader of any format.
func newReader(f serializer.Format, r io.Reader, hints *serializer.Hints, o serializer.ReaderOptions) (serializer.Reader, error) {
	if f == formatPickle {
		return pickle.NewReader(r, o.Limits)
	}
	return serializer.NewReader(f, r, hints, o)
}

func formatsCommand() *cli.Command {
	return &cli.Command{
		Name:      "formats",
		Usage:     "list the formats, and the kinds that --lossy can name",
		ArgsUsage: " ",
		Flags:     []cli.Flag{console.FormatFlag()},
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
