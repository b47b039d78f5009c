package main

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// target is a system that programs are compiled for, in Go's words.
type target struct{ system, processor string }

func (t target) String() string { return t.system + "_" + t.processor }

// everyTarget is what a release is made for when nobody asks for less.
func everyTarget() []target {
	var all []target
	for _, system := range []string{"linux", "darwin", "windows"} {
		for _, processor := range []string{"amd64", "arm64"} {
			all = append(all, target{system, processor})
		}
	}
	return all
}

// chosenTargets reads a list as in "linux_amd64,darwin_arm64"; an empty one is every target.
func chosenTargets(list string) ([]target, error) {
	if list == "" {
		return everyTarget(), nil
	}
	var chosen []target
	for name := range strings.SplitSeq(list, ",") {
		system, processor, _ := strings.Cut(name, "_")
		t := target{system, processor}
		if !slices.Contains(everyTarget(), t) || slices.Contains(chosen, t) {
			return nil, fmt.Errorf("target %q: unknown, or named twice (there are %v)", name, everyTarget())
		}
		chosen = append(chosen, t)
	}
	return chosen, nil
}

// program is one program: its name and the module that holds it.
type program struct{ name, module string }

// pkg is the program's package, as go build names it in the workspace.
func (p program) pkg() string { return "./" + path.Join(p.module, "cmd", p.name) }

// file is the name of the program's file.
func (p program) file(t target) string {
	if t.system == "windows" {
		return p.name + ".exe"
	}
	return p.name
}

// without says why there is no program for a target, or nothing where there is one.
func (p program) without(t target) string {
	if p.name == "junksort" && t.system == "windows" {
		return "it walks and moves by descriptors of folders and by inodes, by which alone nothing is lost when others " +
			"work in the same tree; Windows has neither"
	}
	return ""
}
