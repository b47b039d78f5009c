package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goreleaser/nfpm/v2"
	"github.com/goreleaser/nfpm/v2/deb"
	"github.com/goreleaser/nfpm/v2/files"
)

// maintainer is whom Debian's tools name as responsible for the packages.
const maintainer = "The goweb authors <goweb@users.noreply.github.com>"

// sentences describe the programs in the lists of a package manager.
var sentences = map[string]string{
	"assistant":  "personal assistant: contacts, birthdays and notes",
	"factorize":  "divisors and prime factors of many numbers on all cores",
	"junksort":   "sorts a junk folder, never loses a file, undoes every run",
	"lanchat":    "text messages in one network, where OK means stored",
	"lrucache":   "remembers what shell commands print",
	"schooldb":   "students, grades and twelve exact queries",
	"serializer": "converts JSON, CBOR, MessagePack and pickles without loss",
}

// debian writes the package goweb-NAME. A program that can be a service has its unit in
// deploy/systemd, one that a user runs for himself in the folder systemd of its own.
func (s *source) debian(dist string, p program, t target, made map[string][]byte) error {
	name := "goweb-" + p.name
	summary, ok := sentences[p.name]
	if !ok {
		return fmt.Errorf("no sentence describes %s in the list of packages (release/debian.go)", p.name)
	}
	staging, err := os.MkdirTemp("", "debian-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(staging) }()
	version := strings.Replace(strings.TrimPrefix(s.version, "v"), "-", "~", 1)
	changes := fmt.Sprintf("%s (%s-1) unstable; urgency=medium\n\n  * Release %s.\n\n -- %s  %s\n",
		name, version, s.version, maintainer, s.time.Format("Mon, 02 Jan 2006 15:04:05 -0700"))
	contents := map[string][]byte{
		"usr/bin/" + p.name: made[p.name],
		"usr/share/bash-completion/completions/" + p.name:         made["completion/"+p.name],
		"usr/share/zsh/vendor-completions/_" + p.name:             made["completion/_"+p.name],
		"usr/share/fish/vendor_completions.d/" + p.name + ".fish": made["completion/"+p.name+".fish"],
		"usr/share/doc/" + name + "/README.md":                    made["README.md"],
		"usr/share/doc/" + name + "/copyright":                    copyright(made["LICENSE"], name),
		// Go programs carry their libraries in themselves: that is what makes one file of each.
		"usr/share/lintian/overrides/" + name: []byte(name + ": statically-linked-binary [usr/bin/" + p.name + "]\n"),
	}
	for path, text := range map[string][]byte{
		"usr/share/man/man1/" + p.name + ".1.gz":         made[p.name+".1"],
		"usr/share/doc/" + name + "/changelog.gz":        made["CHANGELOG.md"],
		"usr/share/doc/" + name + "/LICENSES.txt.gz":     made["LICENSES.txt"],
		"usr/share/doc/" + name + "/changelog.Debian.gz": []byte(changes),
	} {
		if contents[path], err = compress(text); err != nil {
			return err
		}
	}
	info := &nfpm.Info{
		Name: name, Arch: t.processor, Platform: "linux", Version: version, VersionSchema: "none", Release: "1",
		Section: "utils", Priority: "optional", Maintainer: maintainer, Homepage: "https://" + prefix, License: "MIT",
		Description:  summary + "\nOne static program with its manual page and completions for bash, zsh and fish.",
		MTime:        s.time,
		Overridables: nfpm.Overridables{Deb: nfpm.Deb{Compression: "xz"}},
	}
	unit, err := os.ReadFile(filepath.Join(s.folder, "deploy", "systemd", p.name+".service"))
	switch {
	case err == nil:
		contents["lib/systemd/system/"+p.name+".service"] = unit
		if info.Scripts, err = serviceScripts(staging, p.name); err != nil {
			return err
		}
	case !errors.Is(err, os.ErrNotExist):
		return err
	}
	own, err := os.ReadFile(filepath.Join(s.folder, p.name, "systemd", p.name+".service"))
	switch {
	case err == nil: // for users, who enable it themselves
		contents["usr/lib/systemd/user/"+p.name+".service"] = own
	case !errors.Is(err, os.ErrNotExist):
		return err
	}
	for path, text := range contents {
		file := filepath.Join(staging, "files", path)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, text, 0o644)); err != nil {
			return err
		}
		info.Contents = append(info.Contents, &files.Content{
			Source: file, Destination: "/" + path,
			FileInfo: &files.ContentFileInfo{Mode: os.FileMode(mode(path, "usr/bin/"+p.name)), MTime: s.time},
		})
	}
	var packed bytes.Buffer
	if err := deb.Default.Package(info, &packed); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dist, deb.Default.ConventionalFileName(info)), packed.Bytes(), 0o644)
}

// compress is gzip without name and time.
func compress(text []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// copyright is the terms of the program, and where those of what is linked into it stand.
func copyright(own []byte, name string) []byte {
	return fmt.Appendf(
		nil,
		"Upstream-Name: goweb\nSource: https://%s\n\n%s\nThe program contains other people's modules; "+
			"their terms are in\n/usr/share/doc/%s/LICENSES.txt.gz\n",
		prefix,
		own,
		name,
	)
}

// serviceScripts are what dpkg runs: systemd learns of the unit, a service that runs is started anew after an upgrade
// and stopped before it goes. It is not started by being installed: it listens to the network, and whoever wants that
// says so. A purge takes its data.
func serviceScripts(folder, service string) (nfpm.Scripts, error) {
	const head = "#!/bin/sh\nset -e\n"
	scripts := map[string]string{
		"postinst": head + `if [ "$1" = configure ] && [ -d /run/systemd/system ]; then
	systemctl daemon-reload
	[ -z "$2" ] || systemctl try-restart NAME.service
fi
`,
		"prerm": head + `if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
	systemctl disable --now NAME.service
fi
`,
		"postrm": head + `[ ! -d /run/systemd/system ] || systemctl daemon-reload
if [ "$1" = purge ]; then
	rm -rf /var/lib/private/NAME /var/lib/NAME
fi
`,
	}
	for name, text := range scripts {
		text = strings.ReplaceAll(text, "NAME", service)
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o755); err != nil {
			return nfpm.Scripts{}, err
		}
	}
	return nfpm.Scripts{
		PostInstall: filepath.Join(folder, "postinst"),
		PreRemove:   filepath.Join(folder, "prerm"),
		PostRemove:  filepath.Join(folder, "postrm"),
	}, nil
}
