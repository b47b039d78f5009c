package command

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/serializer"
)

func getCommand() *cli.Command {
	return &cli.Command{
		Name:      "get",
		Usage:     "print the value at a path such as $.name[0], as JSON or in another format; exit code 4 if there is none",
		ArgsUsage: "PATH [FILE]",
		Flags: []cli.Flag{
			fromFlag(),
			&cli.StringFlag{Name: "to", Value: "json", Usage: "write `" + names(true) + "`"},
			linesFlag(), skipBadFlag(), encodingFlag(), duplicatesFlag(), plainFlag(), depthFlag(),
		},
		Action: get,
	}
}

func get(c *cli.Context) error {
	t := console.From(c)
	if c.NArg() == 2 && !isThere(c.Args().Get(1)) && isThere(c.Args().Get(0)) {
		return console.Usagef("PATH comes before FILE", "there is no file %s", c.Args().Get(1))
	}
	steps, err := parsePath(c.Args().Get(0))
	if err != nil {
		return err
	}
	o, err := readerOptions(c)
	if err != nil {
		return err
	}
	to, err := formatOf("--to", c.String("to"), "-", true)
	if err != nil {
		return err
	}
	if c.Bool("lines") {
		return getLines(c, t, steps, o)
	}
	v, err := load(c, t, orStream(c.Args().Get(1)), o)
	if err != nil {
		return err
	}
	v, gone := follow(v, steps)
	if gone >= 0 {
		return console.Errorf(console.NotFound, "serializer inspect shows the paths", "there is no %s",
			pathOf(steps[:gone+1]))
	}
	out := newSpool(t.Out)
	defer func() { _ = out.Close() }()
	w, err := serializer.NewWriterWith(to, out, nil, serializer.WriterOptions{Duplicates: o.Duplicates, Plain: o.Plain})
	if err == nil {
		err = serializer.Copy(w, serializer.NewValueReader(v))
	}
	if err != nil {
		return explain(pathOf(steps), err)
	}
	return out.commit()
}

// isThere reports whether there is a file of that name; - means stdin.
func isThere(name string) bool {
	_, err := os.Stat(name)
	return err == nil || name == "-"
}

// follow finds the value to which steps lead. Gone is the index of the first step that leads nowhere, or -1.
func follow(v serializer.Value, steps []pathStep) (found serializer.Value, gone int) {
	for i, s := range steps {
		inner, ok := s.in(v)
		if !ok {
			return v, i
		}
		v = inner
	}
	return v, -1
}

// A pathStep is a name or an index.
type pathStep struct {
	name  string
	index int // of a list; -1 for a name
}

func pathOf(steps []pathStep) string {
	var b strings.Builder
	b.WriteByte('$')
	for _, s := range steps {
		if s.index >= 0 {
			fmt.Fprintf(&b, "[%d]", s.index)
		} else {
			fmt.Fprintf(&b, "[%q]", s.name)
		}
	}
	return b.String()
}

// in finds the value to which a step leads. It looks through shared values, tags and instances at what is inside them.
func (s pathStep) in(v serializer.Value) (serializer.Value, bool) {
	for v.Kind() == serializer.KindShared || v.Kind() == serializer.KindTag || v.Kind() == serializer.KindInstance &&
		v.Len() == 1 {
		v = v.Index(0)
	}
	switch v.Kind() {
	case serializer.KindMap:
		for i := range v.Len() {
			key, value := v.Pair(i)
			n, isInt := key.Int()
			if s.index < 0 && key.Kind() == serializer.KindString && key.Text() == s.name ||
				s.index >= 0 && isInt && n == int64(s.index) {
				return value, true
			}
		}
	case serializer.KindList, serializer.KindTuple, serializer.KindSet, serializer.KindFrozenSet:
		if s.index >= 0 && s.index < v.Len() {
			return v.Index(s.index), true
		}
	}
	return v, false
}

// parsePath reads $.name["name"][0], as inspect shows it; the $ is optional.
func parsePath(text string) ([]pathStep, error) {
	wrong := console.Errorf(console.Usage, `write it as $.name["other name"][0]`, "%q is not a path", text)
	rest := strings.TrimPrefix(text, "$")
	if rest == text && rest != "" && rest[0] != '.' && rest[0] != '[' {
		rest = "." + rest
	}
	var steps []pathStep
	for rest != "" {
		switch {
		case rest[0] == '.':
			end := strings.IndexAny(rest[1:], ".[") + 1
			if end == 0 {
				end = len(rest)
			}
			if end > 1 {
				steps = append(steps, pathStep{rest[1:end], -1})
			} else if rest != "." {
				return nil, wrong
			}
			rest = rest[end:]
		case strings.HasPrefix(rest, `["`):
			quoted, err := strconv.QuotedPrefix(rest[1:])
			if err != nil || !strings.HasPrefix(rest[1+len(quoted):], "]") {
				return nil, wrong
			}
			name, err := strconv.Unquote(quoted)
			if err != nil {
				return nil, wrong
			}
			steps = append(steps, pathStep{name, -1})
			rest = rest[len(quoted)+2:]
		default:
			end := strings.IndexByte(rest, ']')
			if rest[0] != '[' || end < 0 {
				return nil, wrong
			}
			n, err := strconv.Atoi(rest[1:end])
			if err != nil || n < 0 {
				return nil, wrong
			}
			steps = append(steps, pathStep{"", n})
			rest = rest[end+1:]
		}
	}
	return steps, nil
}
