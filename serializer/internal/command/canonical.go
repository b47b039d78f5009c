package command

import (
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
			&cli.StringFlag{Name: "from", Usage: "read `json|cbor` (default: by the file's name)"},
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
	if in.format != serializer.FormatJSON && in.format != serializer.FormatCBOR {
		return console.Errorf(console.Usage, "json or cbor", "%s has no canonical form", in.format)
	}
	limits := serializer.Limits{Depth: c.Int("depth")}
	return explain(in.name, serializer.Canonical(t.Out, in.format, in, limits))
}
