package atomicfile_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/console/consoletest"
)

// The access control list user::rw-,user:12345:rw-,group::r--,mask::rw-,other::--- as Linux stores it (version 2).
const aclOf12345 = "\x02\x00\x00\x00" +
	"\x01\x00\x06\x00\xff\xff\xff\xff" +
	"\x02\x00\x06\x00\x39\x30\x00\x00" +
	"\x04\x00\x04\x00\xff\xff\xff\xff" +
	"\x10\x00\x06\x00\xff\xff\xff\xff" +
	"\x20\x00\x00\x00\xff\xff\xff\xff"

func TestAttributesStay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(path, []byte("old"), 0o604); err != nil {
		t.Fatal(err)
	}
	root := os.Getuid() == 0
	if root {
		if err := os.Chown(path, 12345, 54321); err != nil {
			t.Fatal(err)
		}
	}
	attributes := map[string]string{"user.origin": "the web"}
	if err := unix.Setxattr(path, "user.origin", []byte("the web"), 0); errors.Is(err, unix.ENOTSUP) {
		t.Log("SKIPPED: extended attributes: this file system has none")
		delete(attributes, "user.origin")
	} else if err != nil {
		t.Fatal(err)
	}
	if err := unix.Setxattr(path, "system.posix_acl_access", []byte(aclOf12345), 0); err == nil {
		attributes["system.posix_acl_access"] = aclOf12345
	} else {
		t.Logf("SKIPPED: access control lists: %v", err)
	}
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := write(path, "new"); err != nil {
		t.Fatal(err)
	}
	expect(t, path, "new")
	after, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if after.Mode() != before.Mode() {
		t.Errorf("mode %v, was %v", after.Mode(), before.Mode())
	}
	if owned := after.Sys().(*syscall.Stat_t); root && (owned.Uid != 12345 || owned.Gid != 54321) {
		t.Errorf("owner %d:%d, was 12345:54321", owned.Uid, owned.Gid)
	}
	for name, want := range attributes {
		value := make([]byte, 100)
		n, err := unix.Getxattr(path, name, value)
		if err != nil || string(value[:n]) != want {
			t.Errorf("%s is %q (%v), want %q", name, value[:max(n, 0)], err, want)
		}
	}
}

// TestDefaultACL: a file without an access control list gets none from its directory.
func TestDefaultACL(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := unix.Setxattr(dir, "system.posix_acl_default", []byte(aclOf12345), 0); err != nil {
		consoletest.Missing(t, "access control lists: %v", err)
	}
	if err := write(path, "new"); err != nil {
		t.Fatal(err)
	}
	if n, err := unix.Getxattr(path, "system.posix_acl_access", nil); !errors.Is(err, unix.ENODATA) {
		t.Errorf("the file has an access control list of %d bytes (%v)", n, err)
	}
}

// TestForeignGroup: who may not hand the group on takes its permissions away, and never gives them to another group.
func TestForeignGroup(t *testing.T) {
	if os.Getuid() != 0 {
		consoletest.Missing(t, "only root runs a program as somebody else")
	}
	dir, err := os.MkdirTemp("", "foreign")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	path := filepath.Join(dir, "x")
	if err := os.WriteFile(path, []byte("old"), 0o664); err != nil {
		t.Fatal(err)
	}
	for _, p := range []struct {
		path string
		mode os.FileMode
	}{{dir, 0o777}, {path, 0o664}} {
		if err := os.Chmod(p.path, p.mode); err != nil {
			t.Fatal(err)
		}
	}
	program, err := exec.LookPath("once")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(program) // the tests' programs stand in a folder of root
	if err != nil {
		t.Fatal(err)
	}
	once := filepath.Join(dir, "once")
	if err := os.WriteFile(once, data, 0o755); err != nil {
		t.Fatal(err)
	}
	try := func(groups ...uint32) (string, error) {
		cmd := exec.Command(once, path, "new")
		cmd.Dir = dir
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 12345, Gid: 12345, Groups: groups}}
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	run := func(groups ...uint32) {
		t.Helper()
		if out, err := try(groups...); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	shows := func() string {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(info.Mode().String())
	}
	if err := os.Chown(path, 0, 777); err != nil {
		t.Fatal(err)
	}
	run(777)
	if got := shows(); got != "-rw-rw-r--" {
		t.Errorf("with the group kept the mode is %s", got)
	}
	for _, protected := range []struct {
		owner int
		mode  os.FileMode
	}{{0, 0o664}, {12345, 0o444}} { // others' files, and one's own
		if err := errors.Join(os.Chown(path, protected.owner, 778), os.Chmod(path, protected.mode)); err != nil {
			t.Fatal(err)
		}
		before := shows()
		if out, err := try(); err == nil || !strings.HasSuffix(out, "permission denied\n") || shows() != before {
			t.Errorf("%v was written over: %v, %s", protected, err, out)
		}
	}
	if err := errors.Join(os.Chown(path, 0, 778), os.Chmod(path, 0o666)); err != nil {
		t.Fatal(err)
	}
	run()
	if got := shows(); got != "-rw----rw-" {
		t.Errorf("without the group the mode is %s", got)
	}
}
