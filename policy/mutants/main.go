// Command mutants breaks lines of the code, one at a time, and runs the tests that have to notice. The lines stand in
// each module's testdata/mutants.txt, chosen where a crash, a race, a limit or an attacker decides:
//
//	# a comment
//	file: internal/datadir/datadir.go
//	after: func (d Directory) Identity() error {
//	line: if err := file.Sync(); err != nil {
//	with: if err := error(nil); err != nil {
//	test: ./internal/datadir -run TestIdentity
//	why: a power failure leaves an empty key
//
// A block ends with an empty line. White space around lines does not count. Several "line" are consecutive lines,
// several "with" stand in their place, none deletes them. "after" is for a line that stands in the file more than
// once. Instead of "why" a block may have "same", the reason why the broken program is as right as the whole one;
// such a mutant is run too, and has to survive.
//
//	GOWORK=off go run ./policy/mutants [-list] MODULE...
//
// A survivor, a mutant that does not compile, and tests that fail without any mutant make it fail. No file is
// changed: the go command gets the broken file as an overlay.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	list := flag.Bool("list", false, "only check that the lines are there")
	match := flag.String("file", "", "only mutants of files whose path contains `TEXT`")
	timeout := flag.Duration("timeout", 15*time.Minute, "a test that runs longer has noticed")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	root, err := os.Getwd()
	if err == nil {
		err = run(ctx, root, flag.Args(), options{list: *list, match: *match, timeout: *timeout})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

type options struct {
	list    bool
	match   string
	timeout time.Duration
}

// run breaks the lines of the modules and tells what survives.
func run(ctx context.Context, root string, modules []string, o options) error {
	var wrong []string
	noticed := 0
	sound := map[string]error{} // what the tests say without a mutant
	for _, module := range modules {
		table, err := readTable(root, module)
		if errors.Is(err, os.ErrNotExist) {
			fmt.Printf("%s has no %s\n", module, tableFile)
			continue
		}
		if err != nil {
			return err
		}
		for _, m := range table {
			if !strings.Contains(m.file, o.match) {
				continue
			}
			verdict, err := m.judge(ctx, filepath.Join(root, module), sound, o)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				wrong = append(wrong, err.Error())
				verdict = err.Error()
			} else {
				noticed++
			}
			fmt.Printf("%s: %s: %s\n", m.at, m.file, verdict)
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%d of %d mutants:\n%s", len(wrong), len(wrong)+noticed, strings.Join(wrong, "\n"))
	}
	if o.list {
		fmt.Printf("all %d lines are there\n", noticed)
		return nil
	}
	fmt.Printf("all %d mutants are noticed, or equivalent with a reason\n", noticed)
	return nil
}

// judge breaks the lines of m and says what the tests make of it.
func (m mutant) judge(ctx context.Context, module string, sound map[string]error, o options) (string, error) {
	file := filepath.Join(module, m.file)
	source, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("%s: %w", m.at, err)
	}
	broken, err := m.apply(string(source))
	if err != nil || o.list {
		return "there", err
	}
	dir, err := os.MkdirTemp("", "mutant-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	overlay, err := writeOverlay(dir, file, broken)
	if err != nil {
		return "", err
	}
	if out, err := goCommand(ctx, module, overlay, "build", "./"+filepath.Dir(m.file)); err != nil {
		return "", fmt.Errorf("%s: the mutant does not compile:\n%s", m.at, out)
	}
	key := module + " " + strings.Join(m.test, " ")
	args := append([]string{"test", "-count=1", "-failfast", "-vet=off", "-timeout", o.timeout.String()}, m.test...)
	if _, ok := sound[key]; !ok {
		out, err := goCommand(ctx, module, "", args...)
		if err != nil {
			err = fmt.Errorf("the tests fail without any mutant:\n%s", out)
		} else if strings.Contains(out, "no tests to run") {
			err = errors.New("there is no such test")
		}
		sound[key] = err
	}
	if err := sound[key]; err != nil {
		return "", fmt.Errorf("%s: %w", m.at, err)
	}
	_, err = goCommand(ctx, module, overlay, args...)
	switch {
	case err == nil && m.same != "":
		return "equivalent: " + m.same, nil
	case err == nil:
		return "", fmt.Errorf("%s: %s: SURVIVED: %s", m.at, m.file, m.why)
	case m.same != "":
		return "", fmt.Errorf("%s: %s: said to be equivalent, but the tests notice it", m.at, m.file)
	}
	return "noticed: " + m.why, nil
}

// writeOverlay writes what the go command reads in place of file.
func writeOverlay(dir, file, text string) (string, error) {
	broken := filepath.Join(dir, filepath.Base(file))
	if err := os.WriteFile(broken, []byte(text), 0o600); err != nil {
		return "", err
	}
	data, err := json.Marshal(map[string]map[string]string{"Replace": {file: broken}})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, data, 0o600)
}

// goCommand runs the go command in the workspace. The overlay goes into the environment, so that tests which build
// programs build them with it.
func goCommand(ctx context.Context, dir, overlay string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=")
	if overlay != "" {
		cmd.Env = append(cmd.Env, "GOFLAGS="+strings.TrimSpace(os.Getenv("GOFLAGS")+" -overlay="+overlay))
	}
	out, err := cmd.CombinedOutput()
	return string(out), err
}
