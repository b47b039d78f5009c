package cluster

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
)

// slow takes some seconds: a pod that computes it can be killed before it ends.
const slow = "100000000000000000000000000324700000000000000000000000018183\n" // (10^29+319)*(10^30+57)

// runShards: three pods answer the numbers, one of them is killed, and the joined shards are what one run writes, on
// both streams and with the same code.
func runShards(t *testing.T, p *plane) {
	numbers, err := os.ReadFile("../overlays/factorize/numbers.txt")
	if err != nil {
		t.Fatal(err)
	}
	numbers = append([]byte("97\n"+slow), numbers...) // slow is at place 1: in shard 1 of 3
	k := newKubelet(t, p)
	const claimed = `{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"shards"},"spec":{` +
		`"accessModes":["ReadWriteMany"],"capacity":{"storage":"1Gi"},"hostPath":{"path":"/nowhere"}}}`
	p.kubectl(t, []byte(claimed), "create", "-f", "-")
	killed := ""
	k.onStart = func(pod *corev1.Pod) error {
		if pod.Annotations["batch.kubernetes.io/job-completion-index"] != "1" || killed != "" {
			return nil
		}
		killed = pod.Name
		return exec.Command("docker", "kill", pod.Name).Run()
	}
	// The overlay was applied by the test before; here it starts anew, with a number that takes a while.
	p.kubectl(t, nil, "-n", "goweb", "delete", "jobs", "--all")
	for _, document := range render(t, "../overlays/factorize") {
		p.kubectl(t, withNumbers(t, document, numbers), "apply", "-f", "-")
	}
	var shards, join batchv1.Job
	p.eventually(t, "the jobs end", func() bool {
		k.step(t)
		p.job(t, "factorize", &shards)
		p.job(t, "factorize-join", &join)
		return ended(shards) && ended(join)
	})
	if killed == "" || shards.Status.Failed == 0 || shards.Status.Succeeded != 3 {
		t.Errorf("killed %q: %d pods failed, %d succeeded", killed, shards.Status.Failed, shards.Status.Succeeded)
	}
	file := filepath.Join(t.TempDir(), "numbers")
	if err := os.WriteFile(file, numbers, 0o644); err != nil {
		t.Fatal(err)
	}
	want, wantNotes, wantCode := outcome(t, "run", "--rm", "--volume", file+":/numbers", k.image,
		"--primes", "--input", "/numbers")
	got, gotNotes, gotCode := "", "", -1
	for _, container := range k.started {
		if strings.HasPrefix(container, "factorize-join-") {
			if out, notes, _ := outcome(t, "logs", container); out != "" {
				got, gotNotes = out, notes
				gotCode = exitCode(t, container)
			}
		}
	}
	if got != want || gotNotes != wantNotes || gotCode != wantCode {
		t.Errorf("joined: code %d\n%s%s\none run: code %d\n%s%s", gotCode, got, gotNotes, wantCode, want, wantNotes)
	}
}

// withNumbers puts numbers in place of those of the overlay.
func withNumbers(t *testing.T, document, numbers []byte) []byte {
	t.Helper()
	var config corev1.ConfigMap
	if object, err := decode(document); err != nil {
		t.Fatal(err)
	} else if _, ok := object.(*corev1.ConfigMap); !ok {
		return document
	}
	if err := json.Unmarshal(document, &config); err != nil {
		t.Fatal(err)
	}
	config.Data["numbers.txt"] = string(numbers)
	return marshal(t, config)
}

func (p *plane) job(t *testing.T, name string, job *batchv1.Job) {
	t.Helper()
	if err := json.Unmarshal(p.kubectl(t, nil, "-n", "goweb", "get", "job", name, "-o", "json"), job); err != nil {
		t.Fatal(err)
	}
}

// ended says whether a job is complete or has failed for good.
func ended(job batchv1.Job) bool {
	for _, c := range job.Status.Conditions {
		if (c.Type == batchv1.JobComplete || c.Type == batchv1.JobFailed) && c.Status == corev1.ConditionTrue {
			return true
		}
	}
	return false
}

// outcome runs a docker command and returns its streams and its code.
func outcome(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.Command("docker", args...)
	var out, notes bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &notes
	if err := cmd.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Fatal(err)
	}
	return out.String(), notes.String(), cmd.ProcessState.ExitCode()
}

func exitCode(t *testing.T, container string) int {
	t.Helper()
	var code int
	if _, err := fmt.Sscan(docker(t, "inspect", "--format", "{{.State.ExitCode}}", container), &code); err != nil {
		t.Fatal(err)
	}
	return code
}
