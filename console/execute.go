package console

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console/duration"
)

// act runs the command of line. A panic becomes an error: the exit code 2 of the Go runtime would say wrong usage.
func act(ctx context.Context, app *cli.App, line commandLine, t *Terminal) (err error) {
	defer func() {
		if p := recover(); p != nil {
			const hint = "this is a bug in the program; please report it with the text above"
			err = Errorf(Failed, hint, "internal error: %v", p)
			t.trace(debug.Stack())
		}
	}()
	return line.run(ctx, line.app(app, t))
}

// app returns what commands see of app.
func (line *commandLine) app(app *cli.App, t *Terminal) *cli.App {
	metadata := map[string]any{terminalKey: t}
	for k, v := range app.Metadata {
		metadata[k] = v
	}
	return &cli.App{
		Name: app.Name, Flags: line.path[0].Flags, Metadata: metadata,
		Reader: t.In, Writer: t.Out, ErrWriter: t.Err,
	}
}

// run calls the functions Before of the commands on the path, the actions of their flags, the command's own action,
// and the functions After. It does what cli's App.Run does, which also writes help from templates: the methods that
// package text/template finds by name are all methods of the program, and the linker would have to keep them.
func (line *commandLine) run(ctx context.Context, app *cli.App) (result error) {
	parent := &cli.Context{Context: ctx, App: app}
	for level, command := range line.path {
		set, err := line.flagSet(level)
		if err != nil {
			return line.flagError(err)
		}
		c := cli.NewContext(app, set, parent)
		c.Command = command
		parent = c
		if command.After != nil {
			defer func() { result = errors.Join(result, command.After(c)) }()
		}
		if command.Before != nil {
			if err := command.Before(c); err != nil {
				return err
			}
		}
		for _, f := range command.Flags {
			if actor, ok := f.(cli.ActionableFlag); ok && c.IsSet(f.Names()[0]) {
				if err := actor.RunAction(c); err != nil {
					return err
				}
			}
		}
	}
	return line.last().Action(parent)
}

// flagSet returns the flags of one command on the path with their values, and the operands.
func (line *commandLine) flagSet(level int) (*flag.FlagSet, error) {
	command := line.path[level]
	set := flag.NewFlagSet(command.Name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	for _, f := range command.Flags {
		if err := apply(f, set); err != nil {
			return nil, err
		}
		if err := setFlag(set, f, line.values(level, f)); err != nil {
			return nil, err
		}
	}
	return set, set.Parse(append([]string{"--"}, line.operands...))
}

// apply defines f in set, with its value from the environment. cli itself does not know days in a duration.
func apply(f cli.Flag, set *flag.FlagSet) error {
	plain, isDuration := f.(*cli.DurationFlag)
	if !isDuration {
		return f.Apply(set)
	}
	days := *plain
	days.EnvVars = nil
	for _, variable := range plain.EnvVars {
		text := os.Getenv(variable)
		if text == "" {
			continue
		}
		length, err := duration.Parse(text)
		if err != nil {
			return fmt.Errorf("could not parse %q as duration value from environment variable %q for flag %s: %w",
				text, variable, plain.Name, err)
		}
		days.Value = length
		break
	}
	return days.Apply(set)
}

// values returns what was given for f, in order. Without anything on the command line, the value of a flag that may
// be repeated is that of its variable: cli would split it at commas.
func (line *commandLine) values(level int, f cli.Flag) []string {
	var values []string
	for _, given := range line.flags {
		if given.level == level && given.name == f.Names()[0] {
			values = append(values, given.value)
		}
	}
	if values != nil || !repeats(f) {
		return values
	}
	for _, variable := range f.(cli.DocGenerationFlag).GetEnvVars() {
		if value, ok := os.LookupEnv(variable); ok {
			return []string{value}
		}
	}
	return nil
}

// setFlag gives f its values under each of its names.
func setFlag(set *flag.FlagSet, f cli.Flag, values []string) error {
	if values == nil {
		return nil
	}
	name := f.Names()[0]
	_, isText := f.(*cli.StringSliceFlag)
	if isText {
		values = []string{cli.NewStringSlice(values...).Serialize()} // in this form it is not split at commas
	}
	for _, value := range values {
		err := error(nil)
		if _, isDuration := f.(*cli.DurationFlag); isDuration {
			var length time.Duration
			if length, err = duration.Parse(value); err == nil {
				err = set.Set(name, length.String())
			}
		} else if repeats(f) && !isText && strings.Contains(value, ",") {
			err = errors.New("one value at a time")
		} else {
			err = set.Set(name, value)
		}
		if err != nil {
			return fmt.Errorf("invalid value %q for flag -%s: %w", value, name, err)
		}
	}
	for _, alias := range f.Names()[1:] {
		value := set.Lookup(name).Value
		text := value.String()
		if slice, ok := value.(cli.Serializer); ok {
			text = slice.Serialize()
		}
		if err := set.Set(alias, text); err != nil {
			return err
		}
	}
	return nil
}

// repeats reports whether f may be given more than once.
func repeats(f cli.Flag) bool {
	slice, ok := f.(cli.DocGenerationSliceFlag)
	_, generic := f.(*cli.GenericFlag)
	return generic || ok && slice.IsSliceFlag()
}

// givenTwice finds a flag of one value that the command line gives two different ones.
func (line *commandLine) givenTwice() error {
	for i, given := range line.flags {
		if repeats(lookup(line.path[given.level], given.name)) {
			continue
		}
		other := slices.IndexFunc(line.flags[:i], func(before givenFlag) bool {
			return before.level == given.level && before.name == given.name && before.value != given.value
		})
		if other >= 0 { // the values may be secrets
			return Usagef("give it once", "%s is given twice, with different values", dashed(given.name))
		}
	}
	return nil
}
