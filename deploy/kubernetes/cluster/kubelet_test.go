package cluster

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// node is the one machine of the cluster, which this test plays.
const node = "machine"

// A kubelet runs the pods of the node as containers of Docker's engine, and reports how they end. It knows as much of
// pods as those of the factorize overlay need.
type kubelet struct {
	*plane
	image   string
	volumes string                      // the folder under which claims are folders
	started map[string]string           // by the UID of a pod, its container
	onStart func(pod *corev1.Pod) error // after the container of a pod was started; may be nil
}

// newKubelet registers the node, and makes an image of the program of this checkout.
func newKubelet(t *testing.T, p *plane) *kubelet {
	t.Helper()
	k := &kubelet{plane: p, image: "goweb/factorize:cluster", volumes: t.TempDir(), started: map[string]string{}}
	if err := os.Chmod(k.volumes, 0o777); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	script, err := filepath.Abs("../../compile")
	if err != nil {
		t.Fatal(err)
	}
	compile := exec.Command(script, filepath.Join(folder, "factorize"), "./cmd/factorize")
	compile.Dir = "../../../factorize"
	compile.Env = append(os.Environ(), "GOWORK=off")
	if out, err := compile.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	recipe := "FROM scratch\nCOPY factorize /\nENTRYPOINT [\"/factorize\"]\n"
	if err := os.WriteFile(filepath.Join(folder, "Dockerfile"), []byte(recipe), 0o600); err != nil {
		t.Fatal(err)
	}
	docker(t, "build", "--quiet", "--tag", k.image, folder)
	t.Cleanup(func() {
		for _, container := range k.started {
			docker(t, "rm", "--force", container)
		}
		docker(t, "rmi", k.image)
	})
	machine := corev1.Node{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Node"}, ObjectMeta: metav1.ObjectMeta{Name: node},
	}
	p.kubectl(t, marshal(t, machine), "create", "-f", "-")
	const room = `{"cpu":"8","memory":"8Gi","pods":"50"}`
	status := `{"status":{"capacity":` + room + `,"allocatable":` + room + `,` +
		`"conditions":[{"type":"Ready","status":"True","reason":"KubeletReady"}]}}`
	p.kubectl(t, nil, "patch", "node", node, "--subresource=status", "--type=merge", "-p", status)
	p.kubectl(t, nil, "taint", "nodes", node, "node.kubernetes.io/not-ready-")
	return k
}

func marshal(t *testing.T, value any) []byte {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// step looks once at every pod of the node.
func (k *kubelet) step(t *testing.T) {
	t.Helper()
	var pods corev1.PodList
	out := k.kubectl(t, nil, "-n", "goweb", "get", "pods", "-o", "json", "--field-selector", "spec.nodeName="+node)
	if err := json.Unmarshal(out, &pods); err != nil {
		t.Fatal(err)
	}
	for i := range pods.Items {
		pod := &pods.Items[i]
		if !strings.HasPrefix(pod.Spec.Containers[0].Image, "goweb/factorize:") || pod.Status.Phase != corev1.PodPending &&
			pod.Status.Phase != corev1.PodRunning {
			continue
		}
		if container, ok := k.started[string(pod.UID)]; ok {
			k.report(t, pod, container)
			continue
		}
		k.started[string(pod.UID)] = k.run(t, pod)
		if k.onStart != nil {
			if err := k.onStart(pod); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// run starts the container of a pod and returns its name.
func (k *kubelet) run(t *testing.T, pod *corev1.Pod) string {
	t.Helper()
	spec, c := pod.Spec, pod.Spec.Containers[0]
	user := fmt.Sprintf("%d:%d", *spec.SecurityContext.RunAsUser, *spec.SecurityContext.RunAsGroup)
	args := []string{
		"run", "--detach", "--name", pod.Name, "--network", "none", "--user", user,
		"--cap-drop", string(c.SecurityContext.Capabilities.Drop[0]),
	}
	if *c.SecurityContext.ReadOnlyRootFilesystem {
		args = append(args, "--read-only")
	}
	values := map[string]string{}
	for _, e := range c.Env {
		values[e.Name] = e.Value
		if e.ValueFrom != nil && e.ValueFrom.FieldRef != nil {
			for key, value := range pod.Annotations {
				if e.ValueFrom.FieldRef.FieldPath == "metadata.annotations['"+key+"']" {
					values[e.Name] = value
				}
			}
		}
		args = append(args, "--env", e.Name+"="+values[e.Name])
	}
	for _, mount := range c.VolumeMounts {
		i := slices.IndexFunc(spec.Volumes, func(v corev1.Volume) bool { return v.Name == mount.Name })
		args = append(args, "--volume", k.folder(t, spec.Volumes[i])+":"+mount.MountPath)
	}
	args = append(args, k.image)
	for _, arg := range c.Args {
		for name, value := range values {
			arg = strings.ReplaceAll(arg, "$("+name+")", value)
		}
		args = append(args, arg)
	}
	docker(t, args...)
	return pod.Name
}

// folder returns the folder of a volume, with what belongs in it.
func (k *kubelet) folder(t *testing.T, volume corev1.Volume) string {
	t.Helper()
	name := volume.Name
	if volume.PersistentVolumeClaim != nil {
		name = volume.PersistentVolumeClaim.ClaimName
	}
	folder := filepath.Join(k.volumes, name)
	if err := errors.Join(os.MkdirAll(folder, 0o777), os.Chmod(folder, 0o777)); err != nil {
		t.Fatal(err)
	}
	if volume.ConfigMap != nil {
		var config corev1.ConfigMap
		out := k.kubectl(t, nil, "-n", "goweb", "get", "configmap", volume.ConfigMap.Name, "-o", "json")
		if err := json.Unmarshal(out, &config); err != nil {
			t.Fatal(err)
		}
		for file, text := range config.Data {
			if err := os.WriteFile(filepath.Join(folder, file), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	return folder
}

// report tells the API server how the container of a pod is.
func (k *kubelet) report(t *testing.T, pod *corev1.Pod, container string) {
	t.Helper()
	var running bool
	var code int32
	state := docker(t, "inspect", "--format", "{{.State.Running}} {{.State.ExitCode}}", container)
	if _, err := fmt.Sscan(state, &running, &code); err != nil {
		t.Fatal(state, err)
	}
	status := corev1.PodStatus{Phase: corev1.PodRunning}
	c := corev1.ContainerStatus{Name: pod.Spec.Containers[0].Name, Image: k.image, ContainerID: "docker://" + container}
	now := metav1.NewTime(time.Now())
	switch {
	case running:
		c.State.Running = &corev1.ContainerStateRunning{StartedAt: now}
	case code == 0:
		status.Phase = corev1.PodSucceeded
	default:
		status.Phase = corev1.PodFailed
	}
	if !running {
		c.State.Terminated = &corev1.ContainerStateTerminated{ExitCode: code, StartedAt: now, FinishedAt: now}
	}
	status.ContainerStatuses = []corev1.ContainerStatus{c}
	patch := marshal(t, map[string]any{"status": status})
	k.kubectl(t, nil, "-n", "goweb", "patch", "pod", pod.Name, "--subresource=status", "--type=merge", "-p", string(patch))
}

func docker(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("docker", args...)
	cmd.Env = append(os.Environ(), "DOCKER_BUILDKIT=0")
	out, err := cmd.Output()
	if err != nil {
		var ended *exec.ExitError
		if errors.As(err, &ended) {
			t.Fatalf("docker %s: %v\n%s", strings.Join(args, " "), err, ended.Stderr)
		}
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}
