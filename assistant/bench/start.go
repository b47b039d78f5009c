package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/storetest"
)

// measureStart runs one command of the assistant and the baseline, interleaved, on one small SQLite store.
func measureStart(ctx context.Context, args []string) (err error) {
	dir, err := os.MkdirTemp("", "start-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	dsn := "sqlite:" + filepath.Join(dir, "book.db")
	store, err := backend.Open(ctx, dsn)
	if err != nil {
		return err
	}
	c := storetest.FullContact()
	if err := errors.Join(store.SaveContacts(ctx, c), store.Close()); err != nil {
		return err
	}
	commands := [][]string{
		{args[1], dsn},
		{args[0], "--store", dsn, "contact", "show", c.ID, "--json"},
		{args[0], "--store", dsn, "note", "list", "--json"},
		{args[0], "--store", dsn, "search", "брайен"},
		{args[0], "--store", dsn, "note", "add", "чай"},
	}
	wall, cpu := make([]times, len(commands)), make([]times, len(commands))
	for range 100 {
		for i, command := range commands {
			cmd := exec.CommandContext(ctx, command[0], command[1:]...)
			if err := wall[i].add(cmd.Run); err != nil {
				return fmt.Errorf("%v: %w", command, err)
			}
			cpu[i] = append(cpu[i], cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
		}
	}
	for i, command := range commands {
		name := filepath.Base(command[0])
		if i > 0 {
			name = fmt.Sprint(command[3:])
		}
		fmt.Printf(
			"%-40s median %-10v CPU %v\n",
			name,
			wall[i].median().Round(10*time.Microsecond),
			cpu[i].median().Round(10*time.Microsecond),
		)
		if i > 0 {
			showRatio("of the baseline's time", wall[i].over(wall[0]))
			showRatio("of the baseline's CPU", cpu[i].over(cpu[0]))
		}
	}
	return nil
}
