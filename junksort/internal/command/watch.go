package command

import (
	"context"
	"errors"
	"syscall"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/junksort"
)

func watchCommand() *cli.Command {
	return &cli.Command{
		Name: "watch", Usage: "sort what is in a folder, then what arrives", ArgsUsage: "DIR",
		Flags: sortFlags("2s"),
		Action: func(c *cli.Context) error {
			args, err := operands(c, 1, 1)
			if err != nil {
				return err
			}
			o, err := optionsOf(c)
			if err != nil {
				return err
			}
			return work(c, "watch "+quote(args[0]), func(observer junksort.Observer) (junksort.Summary, error) {
				summary, err := junksort.Watch(c.Context, args[0], o, observer)
				if console.Signal(c.Context) == syscall.SIGTERM && errors.Is(err, context.Canceled) {
					err = nil // its regular end
				}
				return summary, err
			})
		},
	}
}
