// Package command is the command line of lanchat.
package command

import (
	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/display"
	"github.com/pythonweb/goweb/lanchat/internal/station"
)

// port is the port on which lanchat listens unless told otherwise.
const port = lanchat.DefaultPort

// New returns the program.
func New() *cli.App {
	return console.Describe(&cli.App{
		Name:  "lanchat",
		Usage: "send text messages and files between computers of one network; OK means stored",
		Flags: []cli.Flag{
			&cli.StringFlag{
				Name: "data", EnvVars: []string{"LANCHAT_DATA"},
				Usage: "keep key and messages in `DIR` (default: lanchat in the XDG data directory)",
			},
			&cli.StringFlag{Name: "name", Usage: "be called `NAME` by others from now on (at first: the host name)"},
			&cli.BoolFlag{
				Name: "no-mdns", EnvVars: []string{"LANCHAT_NO_MDNS"},
				Usage: "do not announce this computer, and do not look up names, with mDNS",
			},
		},
		Commands: []*cli.Command{
			listenCommand(), sendCommand(), chatCommand(), inboxCommand(), outboxCommand(), exportCommand(), peersCommand(),
			pairCommand(),
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
	return station.Open(c.Context, dir, station.Options{Name: c.String("name"), Unannounced: c.Bool("no-mdns")})
}

func dataDir(c *cli.Context) (string, error) {
	if dir := c.String("data"); dir != "" {
		return dir, nil
	}
	return console.DataDir("lanchat")
}

// onStation turns functions of the installation that the flags name into actions.
func onStation() console.Adaptor[*station.Station] {
	return console.Adaptor[*station.Station]{Open: open, Close: (*station.Station).Close, Problems: problems()}
}

// with opens the installation for the duration of f.
func with(c *cli.Context, f func(*station.Station) error) error {
	return onStation().Action(func(_ *cli.Context, s *station.Station) error { return plainly(f(s)) })(c)
}

// encodingFlag is the flag of all commands that show messages.
func encodingFlag() cli.Flag {
	return &cli.StringFlag{
		Name: "encoding", Value: "utf-8",
		Usage: "read messages that are not UTF-8 as `NAME`: cp1251, koi8-u, cp866 or latin1",
	}
}

func encoding(c *cli.Context) (display.Encoding, error) {
	e, err := display.ParseEncoding(c.String("encoding"))
	if err != nil {
		return e, console.Errorf(console.Usage, "utf-8, cp1251, koi8-u, cp866 or latin1", "%w", err)
	}
	return e, nil
}

// about returns what help and manual page say besides the commands.
func about() console.About {
	return console.About{
		Files: []console.Entry{
			{Word: "~/.local/share/lanchat/identity.pem", Text: "the private key of this computer, readable only by you"},
			{Word: "~/.local/share/lanchat/lanchat.db", Text: "the messages that have arrived and those that wait to be sent"},
			{Word: "~/.local/share/lanchat/files", Text: "the files that have arrived"},
			{Word: "/usr/lib/systemd/user/lanchat.service", Text: "the unit that listens for you while you are logged in"},
		},
		Examples: []console.Entry{
			{Word: "lanchat listen", Text: "print what arrives"},
			{
				Word: "systemctl --user enable --now lanchat",
				Text: "listen from now on, and accept files from paired peers up to 100 MB",
			},
			{Word: "journalctl --user -fu lanchat", Text: "see what arrives there"},
			{Word: "lanchat send anna --file report.pdf", Text: "send a file to a paired peer"},
			{Word: "lanchat send 192.0.2.7:7117 'see you at six'", Text: "send a message and wait until it is stored"},
		},
		SeeAlso: []string{"assistant(1)", "systemd.unit(5)"},
	}
}
