package command

import (
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat/internal/report"
	"github.com/pythonweb/goweb/lanchat/internal/station"
	"github.com/pythonweb/goweb/lanchat/internal/talk"
)

func chatCommand() *cli.Command {
	return &cli.Command{
		Name:      "chat",
		Usage:     "talk with a peer: listen and send at once",
		ArgsUsage: "[PEER]",
		Description: "Every arriving message is shown, whoever sent it. What is typed goes to PEER, or without one to " +
			"whoever wrote last. Enter sends, Alt-Enter or Ctrl-J breaks the line, Up recalls, Page Up and Page Down scroll, " +
			"Tab shows one peer after another, /help shows the commands, Ctrl-D or Ctrl-C ends. With --lines every line of " +
			"standard input is a message, and the end of the input ends the chat after all of them are delivered.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "listen", Value: ":" + port, Usage: "listen at `HOST:PORT`"},
			&cli.StringFlag{
				Name: "accept", Usage: "accept files from paired peers up to `SIZE` (2G, 500M, bytes) without asking",
			},
			&cli.StringFlag{Name: "files", Usage: "keep arriving files in `DIR` (default: files in the data directory)"},
			&cli.BoolFlag{
				Name:  "notify",
				Usage: "show texts that arrive while you look elsewhere, by notify-send or the terminal (OSC 9)",
			},
			&cli.BoolFlag{Name: "lines", Usage: "read and print plain lines instead of filling the screen"},
			&cli.DurationFlag{
				Name: "timeout", Value: 30 * time.Second, Usage: "with --lines: give up `TIME` after the end of the input",
			},
			encodingFlag(),
		},
		Action:       chat,
		BashComplete: peerValues(),
	}
}

func chat(c *cli.Context) error {
	words := c.Args().Slice()
	e, err := encoding(c)
	if err != nil {
		return err
	}
	peer := ""
	if len(words) == 1 {
		peer = words[0]
		if err := checkPeer(peer); err != nil {
			return err
		}
	}
	t := console.From(c)
	if !c.Bool("lines") && (!console.IsTerminal(t.In) || !console.IsTerminal(t.Out)) {
		return console.Errorf(console.Usage, "add --lines", "the full-screen chat needs a terminal")
	}
	files, err := takenFiles(c)
	if err != nil {
		return err
	}
	return with(c, func(s *station.Station) error {
		if peer != "" {
			queue, _, err := s.Resolve(c.Context, peer)
			if err != nil {
				return err
			}
			peer = queue
		}
		l, err := s.Listen(c.Context, c.String("listen"))
		if err != nil {
			return report.NoListener("listen", c.String("listen"), err)
		}
		conversation := &talk.Talk{Station: l, Named: peer, Files: files, Encoding: e}
		if c.Bool("lines") {
			return conversation.Lines(c.Context, t, c.Duration("timeout"))
		}
		return conversation.Screen(c.Context, t, c.Bool("notify"))
	})
}
