package command

import (
	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat/internal/report"
	"github.com/pythonweb/goweb/lanchat/internal/station"
)

func exportCommand() *cli.Command {
	return &cli.Command{
		Name:  "export",
		Usage: "print all messages, received, sent and waiting, as JSON Lines",
		Description: "First received messages, then sent ones, then waiting ones, each oldest first. " +
			"body holds the exact bytes in base64.",
		Flags:  []cli.Flag{encodingFlag()},
		Action: export,
	}
}

func export(c *cli.Context) error {
	e, err := encoding(c)
	if err != nil {
		return err
	}
	return with(c, func(s *station.Station) error {
		_, err := report.Export(c.Context, s.Mailbox, e, console.From(c).Out)
		return err
	})
}
