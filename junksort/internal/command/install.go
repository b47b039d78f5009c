package command

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/systemd"
)

const (
	installName = "install"
	unitName    = "junksort-watch.service"
	unitMark    = "# Written by junksort watch --install, which writes it anew.\n"
)

// install writes the unit and shows it. It does not replace a unit that somebody else has written.
func install(c *cli.Context, dirs []string) error {
	text, err := unit(c, dirs)
	if err != nil {
		return fail("install a unit", err)
	}
	paths, err := systemd.Install(unitMark, systemd.Unit{Name: unitName, Text: text})
	if err != nil {
		return fail("install a unit", err)
	}
	t := console.From(c)
	if t.JSON() {
		return t.Value(struct {
			Path string `json:"path"`
			Unit string `json:"unit"`
		}{paths[0], text})
	}
	if _, err := io.WriteString(t.Out, text); err != nil {
		return err
	}
	t.Notef("the unit is in %s; start it now and at each login: systemctl --user enable --now %s", console.Line(paths[0]),
		unitName)
	return nil
}

func unit(c *cli.Context, dirs []string) (string, error) {
	program, err := os.Executable()
	if err != nil {
		return "", err
	}
	words := []string{program, "watch"}
	for _, flag := range c.Command.Flags {
		name := flag.Names()[0]
		if name == installName || !c.IsSet(name) {
			continue
		}
		for _, value := range values(c, flag) {
			words = append(words, "--"+name+"="+value)
		}
	}
	words = append(words, "--")
	for _, dir := range dirs {
		path, err := filepath.Abs(dir)
		if err != nil {
			return "", err
		}
		words = append(words, path)
	}
	for i, w := range words {
		words[i] = systemd.Word(w)
	}
	return unitMark + fmt.Sprintf(`[Unit]
Description=Sort what arrives in %s

[Service]
ExecStart=%s
Restart=on-failure
RestartSec=30

[Install]
WantedBy=default.target
`, strings.ReplaceAll(strings.Join(dirs, ", "), "%", "%%"), strings.Join(words, " ")), nil
}

// values returns what a flag was given; paths are made absolute, because a unit runs in another folder.
func values(c *cli.Context, flag cli.Flag) []string {
	name := flag.Names()[0]
	if _, many := flag.(*cli.StringSliceFlag); many {
		return c.StringSlice(name)
	}
	value := fmt.Sprint(c.Value(name))
	if slices.Contains([]string{"to", "config", "password-file"}, name) {
		if path, err := filepath.Abs(value); err == nil {
			value = path
		}
	}
	return []string{value}
}
