package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/pythonweb/goweb/assistant/storetest"
)

// What an import and a list of 100,000 contacts may cost.
const (
	importRate = 6000 // cards a second, at least
	listTime   = 1500 * time.Millisecond
	listMemory = 60 << 20
)

// measureImport runs the assistant on 100,000 invented cards: it imports them repeatedly, each time into a new store,
// and lists them to a pipe.
func measureImport(ctx context.Context, args []string) (err error) {
	dir, err := os.MkdirTemp("", "import-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	cards := filepath.Join(dir, "cards.vcf")
	if err := writeCards(cards); err != nil {
		return err
	}
	var imports, lists times
	var memory int64
	for i := range 3 {
		dsn := fmt.Sprintf("sqlite:%s/book%d.db", dir, i)
		if err := imports.add(exec.CommandContext(ctx, args[0], "--store", dsn, "contact", "import", cards).Run); err != nil {
			return fmt.Errorf("import: %w", err)
		}
		list := exec.CommandContext(ctx, args[0], "--store", dsn, "contact", "list")
		if err := lists.add(func() error { return throughPipe(list) }); err != nil {
			return fmt.Errorf("list: %w", err)
		}
		if usage, ok := list.ProcessState.SysUsage().(*syscall.Rusage); ok {
			memory = max(memory, usage.Maxrss<<10)
		}
	}
	rate := people / imports.median().Seconds()
	fmt.Printf("%-40s median %v, %.0f cards a second\n", "import", imports.median().Round(time.Millisecond), rate)
	showRatio("of the rate that is the least", rate/importRate)
	lists.showLimit("list to a pipe", listTime)
	showRatio("memory of its limit", float64(memory)/listMemory)
	return nil
}

func writeCards(file string) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	sample := storetest.NewSample(1)
	for range people {
		if _, err := f.Write(sample.Contact().VCard()); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	return f.Close()
}

// throughPipe runs a command and reads what it prints.
func throughPipe(cmd *exec.Cmd) error {
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, out)
	return errors.Join(err, cmd.Wait())
}
