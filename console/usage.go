package console

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/urfave/cli/v2"
)

// check finds what is wrong with a command line that could be parsed: a command that is missing or unknown, too few or
// too many operands, a flag that is required.
func (line *commandLine) check() error {
	c := line.last()
	if c.Action == nil && len(line.operands) == 0 {
		return line.missing("a command (" + strings.Join(visibleNames(c), ", ") + ")")
	}
	if err := line.checkCommand(); err != nil {
		return err
	}
	if err := line.checkOperands(); err != nil {
		return err
	}
	return line.checkRequired()
}

// checkCommand finds a word that can only have been meant to name a command.
func (line *commandLine) checkCommand() error {
	c := line.last()
	if len(line.operands) > 0 && len(c.Subcommands) > 0 && (c.Action == nil || c.ArgsUsage == "") {
		return line.unknownCommand(line.operands[0])
	}
	return nil
}

// checkOperands compares the operands with ArgsUsage.
func (line *commandLine) checkOperands() error {
	usage := line.last().ArgsUsage
	least, most, known := 0, 0, true
	var needed []string
	for _, word := range strings.Fields(usage) {
		name, optional := strings.CutPrefix(word, "[")
		name = strings.TrimSuffix(strings.ReplaceAll(name, "]", ""), "...")
		if name == "" || strings.ContainsAny(name, "[(<") || name[0] == '|' || name[0] == '-' || name[len(name)-1] == '|' {
			known = false
		}
		if !optional {
			least++
			needed = append(needed, name)
		}
		if strings.Contains(word, "...") || most < 0 {
			most = -1
		} else {
			most++
		}
	}
	if !known {
		return nil
	}
	n := len(line.operands)
	if n < least {
		return line.missing(strings.Join(needed[n:], " "))
	}
	if most >= 0 && n > most {
		return Usagef(line.tooMany(usage), "unexpected argument %q", line.operands[most])
	}
	return nil
}

// tooMany says what may have been meant with more operands than usage has: a text whose words the shell has split.
func (line *commandLine) tooMany(usage string) string {
	words := strings.FieldsFunc(usage, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) })
	if len(words) == 0 {
		return line.seeHelp()
	}
	last := strings.ToLower(words[len(words)-1])
	switch last {
	case "id", "n", "number", "run", "day", "days", "date", "port", "url", "dsn":
		return line.seeHelp()
	}
	if strings.ToUpper(last) != words[len(words)-1] { // alternatives in small letters, such as bash|zsh
		return line.seeHelp()
	}
	article := "a"
	if strings.ContainsRune("aeiou", rune(last[0])) {
		article = "an"
	}
	return fmt.Sprintf("quote %s %s that has spaces", article, last)
}

// checkRequired finds required flags that neither the command line nor the environment sets. cli does it too, but
// prints the whole help on stdout.
func (line *commandLine) checkRequired() error {
	for level, c := range line.path {
		for _, f := range c.Flags {
			required, ok := f.(cli.RequiredFlag)
			if ok && required.IsRequired() && !line.given(level, f.Names()[0]) && !inEnvironment(f) {
				return line.missing("--" + f.Names()[0])
			}
		}
	}
	return nil
}

func (line *commandLine) given(level int, name string) bool {
	for _, given := range line.flags {
		if given.level == level && given.name == name {
			return true
		}
	}
	return false
}

func inEnvironment(f cli.Flag) bool {
	d, ok := f.(cli.DocGenerationFlag)
	if !ok {
		return false
	}
	for _, name := range d.GetEnvVars() {
		if _, ok := os.LookupEnv(name); ok {
			return true
		}
	}
	return false
}

// name returns the words that name the command: "assistant contact add".
func (line *commandLine) name() string {
	words := make([]string, len(line.path))
	for i, c := range line.path {
		words[i] = c.Name
	}
	return strings.Join(words, " ")
}

// seeHelp is the hint of an error that has no better one.
func (line *commandLine) seeHelp() string { return "see " + line.name() + " --help" }

// missing is the error of a command line that lacks something.
func (line *commandLine) missing(what string) error {
	if len(line.path) == 1 {
		return Usagef(line.seeHelp(), "%s is missing", what)
	}
	_, words, _ := strings.Cut(line.name(), " ")
	return Usagef(line.seeHelp(), "%s needs %s", words, what)
}

func (line *commandLine) unknownCommand(word string) error {
	meant := line.meant(word)
	if len(meant) == 0 {
		return Usagef(line.seeHelp(), "unknown command %q", word)
	}
	for i := range meant {
		meant[i] = strconv.Quote(meant[i])
	}
	return Usagef("did you mean "+strings.Join(meant, " or ")+"?", "unknown command %q", word)
}

// UnknownCommand returns the error of words that name no command of app, for an app that takes other words as well, and
// whether some command was probably meant.
func UnknownCommand(app *cli.App, words []string) (meant bool, err error) {
	line := commandLine{path: []*cli.Command{tree(app)}, operands: words}
	return len(line.meant(words[0])) > 0, line.unknownCommand(words[0])
}

func (line *commandLine) unknownFlag(word string) error {
	var names []string
	for _, c := range line.path {
		for _, f := range c.Flags {
			for _, name := range f.Names() {
				names = append(names, dashed(name))
			}
		}
	}
	if near := Suggest(word, names); near != "" {
		return Usagef(fmt.Sprintf("did you mean %q?", near), "unknown flag %q", word)
	}
	return Usagef(line.seeHelp(), "unknown flag %q", word)
}

// dashed returns a flag's name as it is typed.
func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// visibleNames returns the names of the commands under c that its help shows.
func visibleNames(c *cli.Command) []string {
	var names []string
	for _, sub := range c.Subcommands {
		if !sub.Hidden {
			names = append(names, sub.Name)
		}
	}
	return names
}

// flagError says in the user's words what package flag and cli say in theirs about a flag's value.
func (line *commandLine) flagError(err error) error {
	text := err.Error()
	value := regexp.MustCompile(`^invalid (?:boolean )?value (".*") for (?:flag )?-+(\S+): (.*)$`)
	variable := regexp.MustCompile(
		`^could not parse (".*") as .* value from environment variable "(.*)" for flag (\S+): (.*)$`)
	if m := value.FindStringSubmatch(text); m != nil {
		return Usagef(line.seeHelp(), "--%s: %s is not %s", m[2], m[1], line.kind(m[2], m[3]))
	}
	if m := variable.FindStringSubmatch(text); m != nil {
		return Usagef(line.seeHelp(), "%s in the environment: %s is not %s", m[2], m[1], line.kind(m[3], m[4]))
	}
	return Usagef(line.seeHelp(), "%s", text)
}

// kind names what a flag takes; reason is why the given value is something else.
func (line *commandLine) kind(name, reason string) string {
	for _, c := range line.path {
		switch lookup(c, name).(type) {
		case *cli.BoolFlag:
			return "true or false"
		case *cli.IntFlag, *cli.Int64Flag, *cli.IntSliceFlag, *cli.Int64SliceFlag:
			return "a whole number"
		case *cli.UintFlag, *cli.Uint64Flag, *cli.UintSliceFlag, *cli.Uint64SliceFlag:
			return "a whole number from 0"
		case *cli.Float64Flag, *cli.Float64SliceFlag:
			return "a number"
		case *cli.DurationFlag:
			return "a duration such as 1m30s or 2d"
		}
	}
	return "valid: " + reason
}
