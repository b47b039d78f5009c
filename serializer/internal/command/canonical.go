package command

import (
	"bytes"
	"io"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/serializer"
)

func canonicalCommand() *cli.Command {
	return &cli.Command{
		Name:      "canonical",
		Usage:     "write the one form that equal documents have: RFC 8785 for JSON, RFC 8949 core deterministic for CBOR",
		ArgsUsage: "FILE",
		Flags:     []cli.Flag{&cli.StringFlag{Name: "from", Usage: "read `json|cbor` (default: by the file's name)"}, depthFlag()},
		Action:    canonical,
	}
}

func canonical(c *cli.Context) error {
	t := console.From(c)
	in, err := openInput(c.Context, t, c.String("from"), c.Args().First())
	if err != nil {
		return err
	}
	defer in.Close()
	var out bytes.Buffer
	limits := serializer.Limits{Depth: c.Int("depth")}
	switch in.format {
	case serializer.FormatJSON:
		data, err := io.ReadAll(in)
		if err == nil {
			data, err = serializer.CanonicalJSON(data, limits)
		}
		if err != nil {
			return explain(in.name, err)
		}
		out.Write(data)
	case serializer.FormatCBOR:
		data, err := io.ReadAll(in)
		if err == nil {
			data, err = serializer.CanonicalCBOR(data, limits)
		}
		if err != nil {
			return explain(in.name, err)
		}
		out.Write(data)
	default:
		return console.Errorf(console.Usage, "json or cbor", "%s has no canonical form", in.format)
	}
	_, err = t.Out.Write(out.Bytes())
	return err
}
