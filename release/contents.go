package main

import (
	"bytes"
	"debug/buildinfo"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/CycloneDX/cyclonedx-go"
	"github.com/CycloneDX/cyclonedx-gomod/pkg/generate/bin"
	"github.com/rs/zerolog"
	"golang.org/x/mod/module"
)

// prefix is the module path that all modules of the repository begin with.
const prefix = "github.com/pythonweb/goweb"

// billOfMaterials lists the modules that a program is made of, in the form of CycloneDX 1.6. It carries no serial
// number and no time, so that it is the same in every run.
func billOfMaterials(binary, version string) ([]byte, error) {
	generator, err := bin.NewGenerator(binary, bin.WithVersionOverride(version), bin.WithIncludeStdlib(true),
		bin.WithLogger(zerolog.Nop()))
	if err != nil {
		return nil, err
	}
	bill, err := generator.Generate()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	encoder := cyclonedx.NewBOMEncoder(&out, cyclonedx.BOMFileFormatJSON)
	encoder.SetPretty(true)
	if err := encoder.EncodeVersion(bill, cyclonedx.SpecVersion1_6); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// licenceFile is what the file with a module's terms is called.
var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|unlicense|patents)([.-].*)?$`)

// licences returns the terms of everything that is linked into a program: its own, Go's, and those of each module, as
// they stand in the module's folder.
func licences(binary, repository string) ([]byte, error) {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return nil, err
	}
	cache, err := goEnv("GOMODCACHE")
	if err != nil {
		return nil, err
	}
	root, err := goEnv("GOROOT")
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	add := func(title, folder string) error {
		entries, err := os.ReadDir(folder)
		if err != nil {
			return err
		}
		found := false
		for _, e := range entries {
			if e.IsDir() || !licenceFile.MatchString(e.Name()) {
				continue
			}
			text, err := os.ReadFile(filepath.Join(folder, e.Name()))
			if err != nil {
				return err
			}
			found = true
			fmt.Fprintf(&out, "%s\n%s, %s\n\n%s\n", strings.Repeat("=", 80), title, e.Name(), text)
		}
		if !found {
			return fmt.Errorf("%s: no file says under which terms it may be passed on", title)
		}
		return nil
	}
	if err := add("goweb", repository); err != nil {
		return nil, err
	}
	if err := add("Go "+info.GoVersion, root); err != nil {
		return nil, err
	}
	deps := slices.DeleteFunc(slices.Clone(info.Deps), func(m *debug.Module) bool {
		return m.Path == prefix || strings.HasPrefix(m.Path, prefix+"/")
	})
	for _, dep := range deps {
		path, err := module.EscapePath(dep.Path)
		if err != nil {
			return nil, err
		}
		version, err := module.EscapeVersion(dep.Version)
		if err != nil {
			return nil, err
		}
		if err := add(dep.Path+" "+dep.Version, filepath.Join(cache, path+"@"+version)); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

func goEnv(name string) (string, error) {
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		return "", fmt.Errorf("go env %s: %w", name, err)
	}
	return strings.TrimSpace(string(out)), nil
}
