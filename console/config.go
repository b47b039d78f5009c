package console

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"
)

// configName is the name of the flag that [ConfigFlag] returns.
const configName = "config"

// ConfigFlag returns the flag --config, which PROGRAM_CONFIG in the environment sets, too. A program whose own flags
// include it reads settings from the file that it names or, if that is there, from the file PROGRAM/config in the XDG
// configuration directory (https://specifications.freedesktop.org/basedir-spec). A line of the file is the name of one
// of the program's own flags, = and its value; white space around them does not count, and lines that are empty or
// start with # mean nothing. The command line and the environment come before the file.
func ConfigFlag(program string) cli.Flag {
	return &cli.StringFlag{
		Name: configName, EnvVars: []string{strings.ToUpper(program) + "_CONFIG"},
		Usage: "read settings from `FILE`, lines such as name = value (default: ~/.config/" + program + "/config)",
	}
}

// readConfig adds the flags whose values are in the configuration file.
func (line *commandLine) readConfig() error {
	if lookup(line.path[0], configName) == nil {
		return nil
	}
	file, named := line.configFile()
	if file == "" {
		return nil
	}
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		if named {
			return Errorf(NotFound, "check the path", "settings: %q does not exist", file)
		}
		return nil
	}
	if err != nil {
		return Errorf(Failed, "check its permissions", "settings: %w", err)
	}
	number, seen := 0, map[string]bool{}
	for text := range strings.Lines(strings.TrimPrefix(string(data), "\ufeff")) {
		number++
		text = strings.TrimSpace(text)
		if text == "" || text[0] == '#' {
			continue
		}
		name, value, ok := strings.Cut(text, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		f := lookup(line.path[0], name)
		switch {
		case !ok: // the line may be a part of a password
			return Usagef("write it as name = value", "%s:%d: not a setting", file, number)
		case f == nil || !takesValue(f) || name == configName:
			return Usagef(strings.Join(settings(line.path[0]), ", "), "%s:%d: unknown setting %q", file, number, name)
		case seen[name]:
			return Usagef("remove one of them", "%s:%d: %s is set twice", file, number, name)
		}
		seen[name] = true
		if !line.given(0, name) && !inEnvironment(f) {
			line.flags = append(line.flags, givenFlag{word: file, name: name, value: value, hasValue: true})
		}
	}
	return nil
}

// configFile returns the path of the configuration file, "" if there can be none, and whether the user named it.
func (line *commandLine) configFile() (file string, named bool) {
	for _, given := range line.flags {
		if given.level == 0 && given.name == configName {
			file = given.value
		}
	}
	for _, variable := range lookup(line.path[0], configName).(cli.DocGenerationFlag).GetEnvVars() {
		if file == "" {
			file = os.Getenv(variable)
		}
	}
	if file != "" {
		return file, true
	}
	dir, err := ConfigDir(line.path[0].Name)
	if err != nil {
		return "", false // without a home there are no settings
	}
	return filepath.Join(dir, configName), false
}

// settings returns the names that a configuration file may have.
func settings(root *cli.Command) []string {
	var names []string
	for _, f := range root.Flags {
		if name := f.Names()[0]; takesValue(f) && name != configName {
			names = append(names, name)
		}
	}
	return names
}
