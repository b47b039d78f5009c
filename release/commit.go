package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/dirhash"
	"golang.org/x/mod/zip"
)

// source is a clone of the repository at the commit that is released; in the end the release commit is made in it.
type source struct {
	folder, commit, version string
	time                    time.Time // of the commit that is released: the time of every file that is made
	modules                 []string  // folders below the root, each after those that it needs
	programs                []program
}

// open clones the repository, which must be clean.
func open(ctx context.Context, repository, folder, version string) (*source, error) {
	dirty, err := git(ctx, repository, "status", "--porcelain")
	if err != nil {
		return nil, err
	}
	if dirty != "" {
		return nil, fmt.Errorf("the checkout is not clean, and only what is committed can be released:\n%s", dirty)
	}
	head, err := git(ctx, repository, "rev-parse", "HEAD")
	if err != nil {
		return nil, err
	}
	for _, args := range [][]string{
		{"clone", "--quiet", "--no-tags", "--no-checkout", repository, folder},
		{"-C", folder, "checkout", "--quiet", "--detach", head},
	} {
		if _, err := git(ctx, ".", args...); err != nil {
			return nil, err
		}
	}
	s := &source{folder: folder, version: version}
	return s, s.read(ctx)
}

// writeCommit writes the release commit in the clone.
func (s *source) writeCommit(ctx context.Context) error {
	for _, m := range s.modules {
		if err := s.pin(m); err != nil {
			return fmt.Errorf("release %s: %w", m, err)
		}
	}
	return s.writeDown(ctx)
}

// read finds the modules of the workspace and the programs in them.
func (s *source) read(ctx context.Context) error {
	seconds, err := git(ctx, s.folder, "log", "-1", "--format=%ct")
	if err != nil {
		return err
	}
	unix, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return err
	}
	s.time = time.Unix(unix, 0).UTC()
	text, err := os.ReadFile(filepath.Join(s.folder, "go.work"))
	if err != nil {
		return err
	}
	work, err := modfile.ParseWork("go.work", text, nil)
	if err != nil {
		return err
	}
	for _, use := range work.Use {
		if err := s.visit(path.Clean(use.Path)); err != nil {
			return err
		}
	}
	for _, m := range s.modules {
		mains, err := filepath.Glob(filepath.Join(s.folder, m, "cmd", "*", "main.go"))
		if err != nil {
			return err
		}
		for _, main := range mains {
			s.programs = append(s.programs, program{name: filepath.Base(filepath.Dir(main)), module: m})
		}
	}
	slices.SortFunc(s.programs, func(a, b program) int { return strings.Compare(a.name, b.name) })
	return nil
}

// visit appends a module behind the siblings that it requires, once.
func (s *source) visit(m string) error {
	if slices.Contains(s.modules, m) {
		return nil
	}
	file, err := s.goMod(m)
	if err != nil {
		return err
	}
	for _, r := range file.Require {
		if sibling, ok := strings.CutPrefix(r.Mod.Path, prefix+"/"); ok {
			if err := s.visit(sibling); err != nil {
				return err
			}
		}
	}
	s.modules = append(s.modules, m)
	return nil
}

func (s *source) goMod(m string) (*modfile.File, error) {
	name := filepath.Join(s.folder, m, "go.mod")
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return modfile.Parse(name, text, nil)
}

// pin makes a module one that stands alone: its siblings are required at the version, with the hashes that a proxy
// will find, and no longer replaced by folders. The licence stands in every module, as it stands in none but the root.
func (s *source) pin(m string) error {
	licence, err := os.ReadFile(filepath.Join(s.folder, "LICENSE"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(s.folder, m, "LICENSE"), licence, 0o644); err != nil {
		return err
	}
	file, err := s.goMod(m)
	if err != nil {
		return err
	}
	var sums bytes.Buffer
	for _, r := range slices.Clone(file.Require) {
		sibling, ok := strings.CutPrefix(r.Mod.Path, prefix+"/")
		if !ok {
			continue
		}
		if err := errors.Join(file.DropReplace(r.Mod.Path, ""), file.AddRequire(r.Mod.Path, s.version)); err != nil {
			return err
		}
		whole, mod, err := s.hashes(sibling)
		if err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%s %s %s\n%s %s/go.mod %s\n", r.Mod.Path, s.version, whole, r.Mod.Path, s.version, mod)
	}
	file.Cleanup()
	text, err := file.Format()
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(s.folder, m, "go.mod"), text, 0o644); err != nil {
		return err
	}
	if sums.Len() == 0 {
		return nil
	}
	name := filepath.Join(s.folder, m, "go.sum")
	old, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	lines := slices.Sorted(strings.Lines(string(old) + sums.String()))
	return os.WriteFile(name, []byte(strings.Join(lines, "")), 0o644)
}

// hashes returns what go.sum says of a sibling: the hash of its zip file, as a proxy makes it, and of its go.mod.
func (s *source) hashes(m string) (whole, mod string, err error) {
	f, err := os.CreateTemp("", "module-*.zip")
	if err != nil {
		return "", "", err
	}
	defer func() { _ = errors.Join(f.Close(), os.Remove(f.Name())) }()
	version := module.Version{Path: prefix + "/" + m, Version: s.version}
	if err := zip.CreateFromDir(f, version, filepath.Join(s.folder, m)); err != nil {
		return "", "", err
	}
	if whole, err = dirhash.HashZip(f.Name(), dirhash.Hash1); err != nil {
		return "", "", err
	}
	mod, err = dirhash.Hash1([]string{"go.mod"}, func(string) (io.ReadCloser, error) {
		return os.Open(filepath.Join(s.folder, m, "go.mod"))
	})
	return whole, mod, err
}

// writeDown commits what pin has changed. Names and times are those of the commit that is released, so that the commit
// is the same in every run.
func (s *source) writeDown(ctx context.Context) error {
	author, err := git(ctx, s.folder, "log", "-1", "--format=%an%n%ae%n%cd", "--date=raw")
	if err != nil {
		return err
	}
	lines := strings.Split(author, "\n")
	cmd := exec.CommandContext(ctx, "git", "-C", s.folder, "-c", "commit.gpgSign=false", "commit", "--quiet", "--all",
		"--no-verify", "--message", "Release "+s.version+"\n\nEvery module stands alone: siblings at this version.")
	cmd.Env = append(os.Environ(), "GIT_AUTHOR_NAME="+lines[0], "GIT_AUTHOR_EMAIL="+lines[1], "GIT_AUTHOR_DATE="+lines[2],
		"GIT_COMMITTER_NAME="+lines[0], "GIT_COMMITTER_EMAIL="+lines[1], "GIT_COMMITTER_DATE="+lines[2])
	if _, err := git(ctx, s.folder, "add", "--all"); err != nil {
		return err
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("git commit: %w\n%s", err, out)
	}
	s.commit, err = git(ctx, s.folder, "rev-parse", "HEAD")
	return err
}

// tag brings the release commit into the repository, beside its branches, and says how to publish it.
func (s *source) tag(ctx context.Context, repository string) error {
	if _, err := git(ctx, repository, "fetch", "--quiet", "--no-tags", s.folder, s.commit); err != nil {
		return err
	}
	tags := []string{s.version}
	for _, m := range s.modules {
		tags = append(tags, m+"/"+s.version)
	}
	for _, name := range tags {
		is, err := git(ctx, repository, "tag", "--list", "--format=%(objectname)", name)
		if err != nil {
			return err
		}
		if is == s.commit {
			continue
		}
		if is != "" {
			return fmt.Errorf("tag %s is at another commit, %s (a version is released once: take the next one)", name, is)
		}
		if _, err := git(ctx, repository, "tag", name, s.commit); err != nil {
			return err
		}
	}
	fmt.Fprintf(os.Stderr, "release: nothing was pushed; this command publishes it:\n")
	fmt.Printf("git push origin %s\n", strings.Join(tags, " "))
	return nil
}

// git runs git in a folder and returns what it prints, without white space around it.
func git(ctx context.Context, folder string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-C", folder}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w\n%s", args[0], err, &stderr)
	}
	return strings.TrimSpace(string(out)), nil
}
