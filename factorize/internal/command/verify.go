package command

import (
	"fmt"
	"io"
	"os"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/factorize/internal/audit"
	"github.com/urfave/cli/v2"
)

func verifyCommand() *cli.Command {
	return &cli.Command{
		Name:      "verify",
		Usage:     "check answers and their certificates of primality",
		ArgsUsage: "FILE",
		Description: "FILE is the output of factorize --prove, as text or JSON; - is standard input. The factors have to " +
			"make up the number and to be prime: below 2^64 by Miller's test, above by a certificate. The code that " +
			"found the factors is not used. If a prime has no certificate, or an answer is not complete, the exit code is 3.",
		Action: problems().Action(verify),
	}
}

func verify(c *cli.Context) error {
	t := console.From(c)
	name := c.Args().First()
	in := t.In
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	r, err := audit.Check(in, func(line int, err error) { t.Warnf("line %d: %v", line, err) })
	if err != nil {
		return fmt.Errorf("cannot verify: %w", err)
	}
	if err := report(t, t.Out, r); err != nil {
		return err
	}
	switch {
	case r.Wrong > 0:
		return console.Errorf(console.Failed, "see above", "%d of the answers wrong", r.Wrong)
	case r.Answers == 0:
		return console.Errorf(console.Failed, "give it the output of factorize --prove", "no answers in %q", name)
	case r.Probable > 0 || r.Incomplete > 0:
		return console.Errorf(
			console.Partial,
			"",
			"%s only probable, %s not complete",
			several(r.Probable, "prime"),
			several(r.Incomplete, "answer"),
		)
	}
	return nil
}

func report(t *console.Terminal, out io.Writer, r audit.Result) error {
	if t.JSON() {
		return t.Value(r)
	}
	_, err := fmt.Fprintf(
		out,
		"%s, %s proved, %d probable, %d incomplete, %d wrong\n",
		several(r.Answers, "answer"),
		several(r.Proved, "prime"),
		r.Probable,
		r.Incomplete,
		r.Wrong,
	)
	return err
}

// several returns a number of things: 1 prime, 2 primes.
func several(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
