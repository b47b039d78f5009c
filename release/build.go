package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// compile returns the path of a program that deploy/compile has made.
func (s *source) compile(ctx context.Context, p program, t target) (string, error) {
	out := filepath.Join(s.folder, "..", "bin", t.String(), p.file(t))
	cmd := exec.CommandContext(ctx, "deploy/compile", out, p.pkg())
	cmd.Dir = s.folder
	cmd.Env = append(os.Environ(), "GOOS="+t.system, "GOARCH="+t.processor, "VERSION="+s.version, "GOWORK=", "GOFLAGS=")
	if said, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("compile %s for %s: %w\n%s", p.name, t, err, said)
	}
	return out, nil
}

// documents asks the program, compiled for this machine, for its manual page and its completions, and adds what the
// repository has for its readers. The key is the file's name in an archive.
func (s *source) documents(ctx context.Context, p program) (map[string][]byte, error) {
	binary, err := s.compile(ctx, p, target{runtime.GOOS, runtime.GOARCH})
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for name, args := range map[string][]string{
		p.name + ".1":                    {"man"},
		"completion/" + p.name:           {"completion", "bash"},
		"completion/_" + p.name:          {"completion", "zsh"},
		"completion/" + p.name + ".fish": {"completion", "fish"},
	} {
		cmd := exec.CommandContext(ctx, binary, args...)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if files[name], err = cmd.Output(); err != nil {
			return nil, fmt.Errorf("%s %s: %w\n%s", p.name, args[0], err, &stderr)
		}
	}
	for name, path := range map[string]string{
		"README.md": filepath.Join(p.module, "README.md"), "LICENSE": "LICENSE", "CHANGELOG.md": "CHANGELOG.md",
	} {
		if files[name], err = os.ReadFile(filepath.Join(s.folder, path)); err != nil {
			return nil, err
		}
	}
	return files, nil
}
