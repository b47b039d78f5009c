package console

import (
	"github.com/urfave/cli/v2"
)

// ownCommands are the commands that every program has.
func ownCommands(root *cli.Command) []*cli.Command {
	return nil
}
