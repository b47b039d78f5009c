package command

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/storage/internal/memo"
)

// renew starts this program once more, to run the command for later callers. The new process belongs to no terminal and
// holds none of our files, so that whoever waits for the end of our output does not wait for it.
func (j *job) renew(c *cli.Context) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(program, j.warmWords()...)
	cmd.Args[0] = os.Args[0] // a program with several names learns from it which one was used
	cmd.Env = os.Environ()
	if store := c.String("store"); store != "" { // it may contain a password, which others could see in the arguments
		cmd.Env = append(cmd.Env, memo.StoreVariable+"="+store)
	}
	if j.call.Stdin {
		input, err := unnamed(j.call.Surroundings.Stdin)
		if err != nil {
			return err
		}
		defer func() { _ = input.Close() }()
		cmd.Stdin = input
	}
	if err := detach(cmd); err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	return cmd.Process.Release()
}

// warmWords returns the command line that renews an output.
func (j *job) warmWords() []string {
	o := j.call.Options
	words := []string{
		"warm", "--" + missingFlag, "--scope=" + o.Scope, "--capacity=" + strconv.Itoa(o.Capacity), "--ttl=" + o.TTL.String(),
		"--errors=" + o.Errors.String(), fmt.Sprintf("--cache-failures=%t", o.CacheFailures),
		fmt.Sprintf("--cwd=%t", o.Cwd), fmt.Sprintf("--stdin=%t", o.Stdin),
	}
	for _, v := range o.Env {
		words = append(words, "--key-env="+v)
	}
	for _, f := range o.Files {
		words = append(words, "--key-file="+f)
	}
	if o.KeySet {
		words = append(words, "--key="+o.Key)
	}
	return append(append(words, "--"), j.call.Command...)
}

// unnamed returns a file with a content, and no name.
func unnamed(content []byte) (*os.File, error) {
	file, err := os.CreateTemp("", name)
	if err != nil {
		return nil, err
	}
	err = os.Remove(file.Name())
	if err == nil {
		if _, err = file.Write(content); err == nil {
			_, err = file.Seek(0, io.SeekStart)
		}
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return file, nil
}
