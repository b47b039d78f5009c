// Package command is the command line of lanchat.
package command

import (
	"errors"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/display"
	"github.com/pythonweb/goweb/lanchat/internal/station"
)

// port is where lanchat listens unless it is told otherwise.
const port = lanchat.DefaultPort

// New returns the program.
func New() *cli.App {
	return console.Describe(&cli.App{
		Name:  "lanchat",
		Usage: "send text messages between computers of one network; OK means stored",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "data", EnvVars: []string{"LANCHAT_DATA"}, Usage: "keep key and messages in `DIR` (default: lanchat in the XDG data directory)"},
			&cli.StringFlag{Name: "name", Usage: "be called `NAME` by others, from now on (at first: the host's name)"},
			&cli.BoolFlag{Name: "no-mdns", EnvVars: []string{"LANCHAT_NO_MDNS"}, Usage: "do not announce this computer, and do not look for names in the network"},
		},
		Commands: []*cli.Command{
			listenCommand(), sendCommand(), chatCommand(), inboxCommand(), outboxCommand(), exportCommand(), peersCommand(), pairCommand(),
			idCommand(), doctorCommand(), healthcheckCommand(),
		},
	}, about())
}

// open opens the installation that the flags name.
func open(c *cli.Context) (*station.Station, error) {
	dir, err := dataDir(c)
	if err != nil {
		return nil, err
	}
	s, err := station.Open(c.Context, dir, station.Options{Name: c.String("name"), Unannounced: c.Bool("no-mdns")})
	var bad *station.NameError
	if errors.As(err, &bad) {
		return nil, console.Errorf(console.Usage, "letters, digits, spaces and signs", "%w", err)
	}
	return s, err
}

// with opens the installation for the time of f.
func with(c *cli.Context, f func(*station.Station) error) error {
	s, err := open(c)
	if err != nil {
		return err
	}
	return errors.Join(f(s), s.Close())
}

func dataDir(c *cli.Context) (string, error) {
	if dir := c.String("data"); dir != "" {
		return dir, nil
	}
	return console.DataDir("lanchat")
}

// encodingFlag is the flag of all commands that show messages.
func encodingFlag() cli.Flag {
	return &cli.StringFlag{Name: "encoding", Value: "utf-8", Usage: "read messages that are not UTF-8 as `NAME`: cp1251, koi8-u, cp866 or latin1"}
}

func encoding(c *cli.Context) (display.Encoding, error) {
	e, err := display.ParseEncoding(c.String("encoding"))
	if err != nil {
		return e, console.Errorf(console.Usage, "utf-8, cp1251, koi8-u, cp866 or latin1", "%w", err)
	}
	return e, nil
}

// about is what help and manual page say beside the commands.
func about() console.About {
	return console.About{
		Files: []console.Entry{
			{Word: "~/.local/share/lanchat/identity.pem", Text: "the private key of this computer, readable for you alone"},
			{Word: "~/.local/share/lanchat/lanchat.db", Text: "the messages that came and those that wait to be sent"},
		},
		Examples: []console.Entry{
			{Word: "lanchat listen", Text: "print what arrives"},
			{Word: "lanchat send 192.0.2.7:7117 'see you at six'", Text: "send a message and wait until it is stored"},
		},
		SeeAlso: []string{"assistant(1)"},
	}
}
