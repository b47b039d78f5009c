package command

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
)

// rulesFile is the name of the configuration in the configuration directory.
const rulesFile = "rules.toml"

func configFlag() cli.Flag {
	return &cli.StringFlag{
		Name: "config", EnvVars: []string{"JUNKSORT_CONFIG"}, TakesFile: true,
		Usage: "read rules, categories and what to leave alone from the TOML `FILE` (default: junksort/" + rulesFile +
			" in the configuration directory, if it exists)",
	}
}

// configText reads the configuration: the file that is named or, if it exists, the one in the configuration directory.
func configText(c *cli.Context) (string, error) {
	path, named := c.String("config"), true
	if path == "" {
		dir, err := console.ConfigDir("junksort")
		if err != nil {
			return "", nil // without a home directory there is none
		}
		path, named = filepath.Join(dir, rulesFile), false
	}
	text, err := os.ReadFile(path)
	if !named && errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return string(text), fail("read the configuration", err)
}
