package main

import "path"

// target is a system that programs are compiled for, in Go's words.
type target struct{ system, processor string }

func (t target) String() string { return t.system + "_" + t.processor }

// host is the target whose programs are asked for their documents: the machine that makes the release.
func targets() []target {
	var all []target
	for _, system := range []string{"linux", "darwin", "windows"} {
		for _, processor := range []string{"amd64", "arm64"} {
			all = append(all, target{system, processor})
		}
	}
	return all
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
