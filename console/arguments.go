package console

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// commandLine is what the words of a command line mean.
type commandLine struct {
	path          []*cli.Command // from the root to the command that runs
	flags         []givenFlag
	operands      []string
	help, version bool
}

// givenFlag is one flag as it is given on the command line.
type givenFlag struct {
	word     string // as typed, without its value: "--name", "-n"
	name     string // without dashes
	value    string
	hasValue bool
	level    int // index in path of the command whose flag it is
}

// tree returns the commands of app as one root command, with the flags and commands that every program has.
func tree(app *cli.App) *cli.Command {
	root := &cli.Command{
		Name: app.Name, Usage: app.Usage, UsageText: app.UsageText, Description: app.Description,
		ArgsUsage: app.ArgsUsage, Action: app.Action, Before: app.Before, After: app.After,
		Flags: slices.Clone(app.Flags), Subcommands: slices.Clone(app.Commands),
	}
	for _, f := range ownFlags() {
		if lookup(root, f.Names()[0]) == nil {
			root.Flags = append(root.Flags, f)
		}
	}
	for _, c := range ownCommands(root, aboutOf(app)) {
		if root.Command(c.Name) == nil {
			root.Subcommands = append(root.Subcommands, c)
		}
	}
	return root
}

// parse finds the command that words name, whose flags they give, and the operands that remain. cli itself stops
// looking for flags at the first operand, and knows only the flags of one level at a time.
func parse(root *cli.Command, words []string) (commandLine, error) {
	line := commandLine{path: []*cli.Command{root}}
	for len(words) > 0 {
		word := words[0]
		words = words[1:]
		switch {
		case word == "--":
			line.operands = append(line.operands, words...)
			words = nil
		case line.isFlag(word):
			given, rest, err := line.readFlag(word, words)
			if err != nil {
				return line, err
			}
			line.flags = append(line.flags, given...)
			words = rest
		default:
			line.readOperand(word)
		}
	}
	return line, line.assign()
}

// last returns the command that runs.
func (line *commandLine) last() *cli.Command { return line.path[len(line.path)-1] }

// readOperand takes a word that is not a flag: the name of a command while there is one, else an operand.
func (line *commandLine) readOperand(word string) {
	c := line.last()
	if len(line.operands) == 0 {
		if sub := c.Command(word); sub != nil {
			line.path = append(line.path, sub)
			return
		}
		if word == "help" && len(c.Subcommands) > 0 && !line.help {
			line.help = true
			return
		}
	}
	line.operands = append(line.operands, word)
}

// isFlag reports whether word is a flag. A negative number is an operand, unless there is a flag of that name.
func (line *commandLine) isFlag(word string) bool {
	if len(word) < 2 || word[0] != '-' {
		return false
	}
	if c := line.last(); word[1] != '-' && strings.Contains(c.ArgsUsage, "|-") {
		// The command says that its operands may begin with a hyphen: +TAG|-TAG.
		name, _, _ := strings.Cut(word[1:], "=")
		return line.lookup(name, nil) != nil
	}
	digits := strings.TrimPrefix(word[1:], ".")
	if digits != "" && digits[0] >= '0' && digits[0] <= '9' {
		return lookup(line.last(), word[1:2]) != nil
	}
	return true
}

// readFlag reads the flag in word, and its value from the words that follow when it takes one. A word such as -qn5
// holds several flags of one letter.
func (line *commandLine) readFlag(word string, rest []string) ([]givenFlag, []string, error) {
	name, value, hasValue := strings.Cut(strings.TrimPrefix(word[1:], "-"), "=")
	f := line.lookup(name, rest)
	if f == nil && !strings.HasPrefix(word, "--") {
		if cluster, rest := line.readCluster(word[1:], rest); cluster != nil {
			return cluster, rest, nil
		}
	}
	given := givenFlag{word: strings.SplitN(word, "=", 2)[0], name: name, value: value, hasValue: hasValue}
	if f == nil || hasValue || !takesValue(f) {
		return []givenFlag{given}, rest, nil
	}
	if len(rest) == 0 {
		return nil, nil, Usagef(line.seeHelp(), "%s needs a value", given.word)
	}
	given.value, given.hasValue = rest[0], true
	return []givenFlag{given}, rest[1:], nil
}

// readCluster reads flags of one letter written as one word. It returns nil when letters are not all such flags.
func (line *commandLine) readCluster(letters string, rest []string) ([]givenFlag, []string) {
	var cluster []givenFlag
	for i, r := range letters {
		name := string(r)
		f := line.lookup(name, rest)
		if f == nil {
			return nil, nil
		}
		given := givenFlag{word: "-" + name, name: name}
		if !takesValue(f) {
			cluster = append(cluster, given)
			continue
		}
		given.value, given.hasValue = letters[i+len(name):], true
		if given.value == "" {
			if len(rest) == 0 {
				return nil, nil
			}
			given.value, rest = rest[0], rest[1:]
		}
		return append(cluster, given), rest
	}
	return cluster, rest
}

// lookup finds a flag by name: among those of the path so far, the nearest first, else among those of the commands
// below, because a flag may come before the words that name its command. If these disagree on whether it takes a value,
// it takes none when the next word names a command.
func (line *commandLine) lookup(name string, rest []string) cli.Flag {
	for _, c := range slices.Backward(line.path) {
		if f := lookup(c, name); f != nil {
			return f
		}
	}
	var plain, valued cli.Flag
	for f := range below(line.last(), name) {
		if takesValue(f) {
			valued = f
		} else {
			plain = f
		}
	}
	if plain == nil || (valued != nil && (len(rest) == 0 || line.last().Command(rest[0]) == nil)) {
		return valued
	}
	return plain
}

// below yields the flags called name of all commands under c.
func below(c *cli.Command, name string) func(yield func(cli.Flag) bool) {
	return func(yield func(cli.Flag) bool) {
		for _, sub := range c.Subcommands {
			if f := lookup(sub, name); f != nil && !yield(f) {
				return
			}
			for f := range below(sub, name) {
				if !yield(f) {
					return
				}
			}
		}
	}
}

// lookup finds a flag of c itself.
func lookup(c *cli.Command, name string) cli.Flag {
	for _, f := range c.Flags {
		if slices.Contains(f.Names(), name) {
			return f
		}
	}
	return nil
}

// takesValue reports whether f is followed by a value.
func takesValue(f cli.Flag) bool {
	d, ok := f.(cli.DocGenerationFlag)
	return !ok || d.TakesValue()
}

// assign finds the command of every flag, and takes out the flags that are about the command line itself.
func (line *commandLine) assign() error {
	kept := line.flags[:0]
	for _, given := range line.flags {
		f := cli.Flag(nil)
		for level, c := range line.path {
			if found := lookup(c, given.name); found != nil {
				f, given.level = found, level
			}
		}
		if f == nil {
			return line.unknownFlag(given.word)
		}
		given.name = f.Names()[0]
		if !given.hasValue && !takesValue(f) {
			given.value = "true"
		}
		switch {
		case given.level == 0 && given.name == "help":
			line.help = line.help || given.value == "true"
		case given.level == 0 && given.name == "version":
			line.version = given.value == "true"
		default:
			kept = append(kept, given)
		}
	}
	line.flags = kept
	return line.givenTwice()
}

// isSet reports whether a flag without a value that every program has was given.
func (line *commandLine) isSet(name string) bool {
	set := false
	for _, given := range line.flags {
		if given.level == 0 && given.name == name {
			set = given.value == "true"
		}
	}
	return set
}

// wantsJSON reports whether --json is among words that could not be parsed.
func wantsJSON(words []string) bool {
	for _, word := range words {
		switch word {
		case "--":
			return false
		case "--json", "-json", "--json=true":
			return true
		}
	}
	return false
}
