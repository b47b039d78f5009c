package command

import (
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/serializer"
)

func canonicalCommand() *cli.Command {
	return &cli.Command{
		Name:      "canonical",
		Usage:     "write the one form that equal documents have: RFC 8785 for JSON, RFC 8949 core deterministic for CBOR",
		ArgsUsage: "FILE",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "from", Usage: "read `" + canonicalFormats("|") + "` (default: by the file's name)"},
			depthFlag(),
		},
		Action: canonical,
	}
}

func canonical(c *cli.Context) error {
	t := console.From(c)
	in, err := openInput(c, t, c.String("from"), c.Args().First())
	if err != nil {
		return err
	}
	defer in.Close()
	if !in.format.Canonical() {
		return console.Errorf(console.Usage, canonicalFormats(" or "), "%s has no canonical form", in.format)
	}
	limits := serializer.Limits{Depth: c.Int("depth")}
	return explain(in.name, serializer.Canonical(t.Out, in.format, in, limits))
}

// canonicalFormats lists the formats that have a canonical form, as text.
func canonicalFormats(between string) string {
	var all []string
	for _, f := range serializer.AllFormats() {
		if f.Canonical() {
			all = append(all, string(f))
		}
	}
	return strings.Join(all, between)
}
