package cluster

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// kubernetes is the version that go.mod requires.
const kubernetes = "v1.34.4"

// patience is how long a part of the control plane may take to start, or a controller to act.
const patience = 3 * time.Minute

// A plane is a control plane on loopback: etcd, API server, controller manager and scheduler.
type plane struct {
	programs, folder string
	api              string // of the API server
}

// start builds the programs and starts them. They end with the test.
func start(t *testing.T) *plane {
	t.Helper()
	if _, err := exec.LookPath("etcd"); err != nil {
		t.Fatal("no etcd: install the Debian package etcd-server")
	}
	p := &plane{programs: build(t), folder: t.TempDir()}
	store, peers, secure := freePort(t), freePort(t), freePort(t)
	p.api = fmt.Sprintf("https://127.0.0.1:%d", secure)
	p.writeKeys(t)
	etcd := fmt.Sprintf("http://127.0.0.1:%d", store)
	peer := fmt.Sprintf("http://127.0.0.1:%d", peers)
	p.launch(t, "etcd", "--data-dir", p.path("etcd"), "--listen-client-urls", etcd, "--advertise-client-urls", etcd,
		"--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", "default="+peer)
	p.launch(t, p.program("kube-apiserver"), "--etcd-servers", etcd, "--bind-address", "127.0.0.1",
		"--secure-port", fmt.Sprint(secure), "--cert-dir", p.path("certificates"), "--token-auth-file", p.path("tokens"), "--authorization-mode", "AlwaysAllow",
		"--service-account-issuer", "https://kubernetes.default.svc", "--service-account-key-file", p.path("account.key"),
		"--service-account-signing-key-file", p.path("account.key"), "--service-cluster-ip-range", "10.96.0.0/16",
		"--endpoint-reconciler-type", "none")
	p.eventually(t, "the API server is ready", func() bool { return p.try("get", "--raw", "/readyz") == nil })
	// Nothing sends the heart beats of a node, so nobody may miss them.
	p.launch(t, p.program("kube-controller-manager"), "--kubeconfig", p.path("kubeconfig"), "--leader-elect=false",
		"--service-account-private-key-file", p.path("account.key"), "--secure-port", "0",
		"--controllers", "*,-node-lifecycle-controller")
	p.launch(t, p.program("kube-scheduler"), "--kubeconfig", p.path("kubeconfig"), "--leader-elect=false",
		"--secure-port", "0")
	return p
}

// build compiles the programs into the user's cache, once for a version.
func build(t *testing.T) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(cache, "goweb", "kubernetes-"+kubernetes)
	stamp := "-X k8s.io/component-base/version.gitVersion=" + kubernetes +
		" -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=34"
	for _, program := range []string{"kubectl", "kube-apiserver", "kube-controller-manager", "kube-scheduler"} {
		if _, err := os.Stat(filepath.Join(folder, program)); err == nil {
			continue
		}
		t.Logf("compiling %s: this takes a while, once", program)
		cmd := exec.Command("go", "build", "-ldflags", "-s -w "+stamp, "-o", folder+"/", "k8s.io/kubernetes/cmd/"+program)
		cmd.Env = append(os.Environ(), "GOWORK=off", "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	return folder
}

func (p *plane) path(name string) string { return filepath.Join(p.folder, name) }

func (p *plane) program(name string) string { return filepath.Join(p.programs, name) }

// writeKeys writes the key of service accounts, and how the one user comes in.
func (p *plane) writeKeys(t *testing.T) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	token := rand.Text()
	config := fmt.Sprintf(`apiVersion: v1
kind: Config
current-context: test
clusters: [{name: test, cluster: {server: %q, insecure-skip-tls-verify: true}}]
users: [{name: test, user: {token: %q}}]
contexts: [{name: test, context: {cluster: test, user: test}}]
`, p.api, token)
	private := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	for name, data := range map[string]string{
		"account.key": string(private), "tokens": token + ",test,1,\"system:masters\"\n", "kubeconfig": config,
	} {
		if err := os.WriteFile(p.path(name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// launch starts a program that ends with the test, and also with the test's process.
func (p *plane) launch(t *testing.T, program string, args ...string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			lines := strings.Split(log.String(), "\n")
			t.Logf("%s:\n%s", filepath.Base(program), strings.Join(lines[max(0, len(lines)-30):], "\n"))
		}
	})
}

// kubectl runs a command and returns its standard output.
func (p *plane) kubectl(t *testing.T, input []byte, args ...string) []byte {
	t.Helper()
	out, err := p.run(input, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (p *plane) try(args ...string) error {
	_, err := p.run(nil, args...)
	return err
}

func (p *plane) run(input []byte, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	words := append([]string{"--kubeconfig", p.path("kubeconfig")}, args...)
	cmd := exec.CommandContext(ctx, p.program("kubectl"), words...)
	cmd.Env = append(os.Environ(), "HOME="+p.folder) // where it keeps what it has learnt of the server
	cmd.Stdin = bytes.NewReader(input)
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	if err := cmd.Run(); err != nil {
		return out.Bytes(), fmt.Errorf("kubectl %s: %w\n%s", strings.Join(args, " "), err, complaints.Bytes())
	}
	return out.Bytes(), nil
}

// eventually waits until a condition holds.
func (p *plane) eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(300 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("in vain: ", what)
		}
	}
}

// freePort is a port of the loopback interface that nothing listens on.
func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().(*net.TCPAddr).Port
}
