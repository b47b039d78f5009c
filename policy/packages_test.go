package policy

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Whoever runs the tests on a machine of their own finds no server there afterwards that was not there before.
func TestPackagesLeaveNoService(t *testing.T) {
	folder := t.TempDir()
	list := filepath.Join(folder, "debian-packages")
	policy, log := filepath.Join(folder, "policy-rc.d"), filepath.Join(folder, "log")
	for name, script := range map[string]string{
		"id":         "echo 0",
		"dpkg-query": "exit 1",
		// What the real one does: the service's own script asks the policy before it starts anything.
		"apt-get": `[ "$1" = install ] || exit 0
` + policy + `; echo "policy $?" >>` + log + `
touch ` + folder + `/installed`,
		"systemctl": `case "$1" in
list-unit-files) echo "ssh.service enabled"; [ ! -e ` + folder + `/installed ] || echo "redis-server.service enabled" ;;
*) echo "systemctl $*" >>` + log + ` ;;
esac`,
	} {
		write(t, filepath.Join(folder, "bin", name), "#!/bin/sh\n"+script+"\n")
	}
	write(t, list, "redis-server # a server\n")
	cmd := exec.Command(filepath.Join(root, ".ci/packages"), list)
	cmd.Env = append(os.Environ(), "PATH="+filepath.Join(folder, "bin")+":"+os.Getenv("PATH"), "POLICY_RC_D="+policy)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := "policy 101\nsystemctl disable --quiet redis-server.service\n"
	if got := string(read(t, log)); got != want {
		t.Errorf("it did\n%swant\n%s", got, want)
	}
	if _, err := os.Stat(policy); err == nil {
		t.Error("the policy that forbids services stays on the machine")
	}
	if !strings.Contains(string(out), "redis-server.service does not start with this machine") {
		t.Errorf("it says: %s", out)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}
