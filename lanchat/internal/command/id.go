package command

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat/internal/display"
	"github.com/pythonweb/goweb/lanchat/internal/station"
)

func idCommand() *cli.Command {
	return &cli.Command{
		Name:   "id",
		Usage:  "print who this installation is",
		Action: id,
	}
}

// idJSON is the JSON form of this installation.
type idJSON struct {
	Name      string `json:"name"`
	Key       string `json:"key"`
	Data      string `json:"data"`
	Listening string `json:"listening,omitempty"`
}

func id(c *cli.Context) error {
	return with(c, func(s *station.Station) error {
		object := idJSON{Name: s.Name, Key: s.Identity.Key().Pin().String(), Data: string(s.Directory)}
		object.Listening, _ = s.Directory.Listening()
		t := console.From(c)
		if t.JSON() {
			line, err := display.JSON(object)
			if err == nil {
				_, err = t.Out.Write(line)
			}
			return err
		}
		listening := object.Listening
		if listening == "" {
			listening = "no"
		}
		_, err := fmt.Fprintf(t.Out, "name      %s\nkey       %s\ndata      %s\nlistening %s\n",
			display.Line(object.Name), object.Key, display.Line(object.Data), listening)
		return err
	})
}
