// Package guard knows the folders that nobody means by junk: the root, homes, what belongs to the system, and all
// folders above them.
package guard

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Check returns why the folder at path, which is absolute and has no links, should not be sorted; nil if there is no
// reason.
func Check(path string) error {
	return check(path, places(os.Getenv("HOME"), read("/etc/passwd"), read("/proc/self/mountinfo")))
}

func read(name string) string {
	text, err := os.ReadFile(name)
	if err != nil {
		return "" // then it says nothing
	}
	return string(text)
}

// place is a folder that is not junk, and what it is.
type place struct{ path, what string }

func check(path string, list []place) error {
	for _, p := range list {
		if path == p.path || same(path, p.path) {
			return fmt.Errorf("it is %s", p.what)
		}
	}
	for _, p := range list {
		if strings.HasPrefix(p.path, strings.TrimSuffix(path, "/")+"/") {
			return fmt.Errorf("it contains %s, %s", p.path, p.what)
		}
	}
	return nil
}

// same reports whether both are one folder, as with a bind mount.
func same(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}

// ofSystem are the folders right below the root that a system is made of.
func ofSystem() []string {
	return []string{
		"bin", "boot", "dev", "etc", "home", "lib", "lib32", "lib64", "libx32", "opt", "proc", "root", "run", "sbin", "srv",
		"sys",
		"usr", "var", "Applications", "Library", "System", "Users", "nix",
	}
}

// places lists the root, the system folders and what is mounted in them, and the homes.
func places(home, passwd, mounts string) []place {
	list := []place{{"/", "the root of the file system"}}
	add := func(path, what string) {
		if filepath.IsAbs(path) && path != "/" {
			list = append(list, place{filepath.Clean(path), what})
		}
	}
	add(home, "your home folder")
	for lines := bufio.NewScanner(strings.NewReader(passwd)); lines.Scan(); {
		if fields := strings.Split(lines.Text(), ":"); len(fields) > 5 && !volatile(fields[5]) {
			add(fields[5], "the home folder of "+fields[0])
		}
	}
	for _, name := range ofSystem() {
		add("/"+name, "a system folder")
	}
	for lines := bufio.NewScanner(strings.NewReader(mounts)); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 5 {
			continue
		}
		path := unescaped(fields[4])
		first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		if slices.Contains(ofSystem(), first) && !ofPeople(path) {
			add(path, "a file system mounted by the system")
		}
	}
	return list
}

// volatile reports whether a path in passwd is in a place for temporary data.
func volatile(path string) bool {
	return path == "/tmp" || path == "/nonexistent" || strings.HasPrefix(path, "/dev/") || strings.HasPrefix(path, "/tmp/")
}

// ofPeople reports whether a mount point is one of removable disks, which a person has attached.
func ofPeople(path string) bool {
	for _, prefix := range []string{
		"/run/media/", "/run/user/", "/run/mount/", "/home/", "/var/tmp/", "/var/mnt/",
		"/dev/shm/", "/root/", "/srv/", "/Users/",
	} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

// unescaped returns a path of mountinfo with its octal escapes decoded.
func unescaped(path string) string {
	return strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`).Replace(path)
}
