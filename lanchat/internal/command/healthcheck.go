package command

import (
	"context"
	"net"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/datadir"
	"github.com/pythonweb/goweb/lanchat/internal/report"
)

func healthcheckCommand() *cli.Command {
	return &cli.Command{
		Name:  "healthcheck",
		Usage: "succeed if the listener of this data directory answers",
		Description: "For containers and service managers. The listener is asked who it is, and has to answer with this " +
			"installation's key; nothing is stored.",
		Flags:  []cli.Flag{&cli.DurationFlag{Name: "timeout", Value: 5 * time.Second, Usage: "give up after `TIME`"}},
		Action: healthcheck,
	}
}

func healthcheck(c *cli.Context) error {
	path, err := dataDir(c)
	if err != nil {
		return err
	}
	directory, err := datadir.Open(path)
	if err != nil {
		return err
	}
	address, ok := directory.Listening()
	if !ok {
		return console.Errorf(console.Failed, "start it with lanchat listen", "nothing listens with %s", path)
	}
	identity, err := directory.Identity()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(c.Context, c.Duration("timeout"), report.ErrTimeout)
	defer cancel()
	client := &lanchat.Client{Identity: identity}
	reply, err := client.Hello(ctx, lanchat.Route{Address: here(address)})
	if err != nil {
		return console.Errorf(console.Failed, "see lanchat doctor", "the listener at %s does not answer: %w", address, err)
	}
	if reply.Sender != identity.Key() {
		return console.Errorf(console.Failed, "see lanchat doctor", "another installation listens at %s", address)
	}
	return nil
}

// here returns an address of this computer that reaches a listener on address.
func here(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		return net.JoinHostPort("localhost", port)
	}
	return address
}
