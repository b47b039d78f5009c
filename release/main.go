package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"syscall"
)

// versionForm is what Go takes for the version of a module whose path does not end in /v2 or more, without
// pseudo-versions: v1.2.3, v1.2.3-rc.1.
var versionForm = regexp.MustCompile(`^v[01]\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z]+(\.[0-9A-Za-z]+)*)?$`)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	version := flag.String("version", "", "release `vX.Y.Z`")
	dist := flag.String("dist", "dist", "fill `DIR`, which must be empty or not exist")
	repository := flag.String("repository", ".", "release the commit that is checked out in `DIR`")
	list := flag.String("targets", "", "compile for `SYSTEM_PROCESSOR,...` alone, such as linux_amd64 (default: all)")
	flag.Parse()
	if flag.NArg() > 0 || !versionForm.MatchString(*version) {
		fmt.Fprintf(
			os.Stderr,
			"release: version %q: not of the form v0.2.3 or v1.2.3 (make release VERSION=v1.2.3)\n",
			*version,
		)
		os.Exit(2)
	}
	targets, err := chosenTargets(*list)
	if err != nil {
		fmt.Fprintf(os.Stderr, "release: %v\n", err)
		os.Exit(2)
	}
	if err := release(ctx, *repository, *version, *dist, targets); err != nil {
		fmt.Fprintf(os.Stderr, "release: %v\n", err)
		os.Exit(1)
	}
}

// release does all of it. What it makes is in a temporary folder until it is whole.
func release(ctx context.Context, repository, version, dist string, targets []target) error {
	if entries, err := os.ReadDir(dist); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s holds files already (remove them: a release is made in an empty folder)", dist)
	}
	work, err := os.MkdirTemp("", "release-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	source, err := open(ctx, repository, filepath.Join(work, "source"), version)
	if err != nil {
		return err
	}
	if err := source.publish(ctx, filepath.Join(work, "dist"), targets); err != nil {
		return err
	}
	if err := source.writeCommit(ctx); err != nil {
		return err
	}
	if err := moveFiles(filepath.Join(work, "dist"), dist); err != nil {
		return err
	}
	return source.tag(ctx, repository)
}

// publish fills the folder.
func (s *source) publish(ctx context.Context, dist string, targets []target) error {
	if err := os.MkdirAll(dist, 0o755); err != nil {
		return err
	}
	for _, p := range s.programs {
		fmt.Fprintf(os.Stderr, "release: %s\n", p.name)
		documents, err := s.documents(ctx, p)
		if err != nil {
			return err
		}
		for _, t := range targets {
			if reason := p.without(t); reason != "" {
				fmt.Fprintf(os.Stderr, "release: no %s for %s: %s\n", p.name, t, reason)
				continue
			}
			binary, err := s.compile(ctx, p, t)
			if err != nil {
				return err
			}
			if err := s.pack(dist, p, t, binary, documents); err != nil {
				return fmt.Errorf("pack %s for %s: %w", p.name, t, err)
			}
		}
	}
	return writeSums(dist)
}
