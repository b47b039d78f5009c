package cluster

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// overlays returns the folders of the overlays.
func overlays(t *testing.T) []string {
	t.Helper()
	folders, err := filepath.Glob("../overlays/*")
	if err != nil || len(folders) < 5 {
		t.Fatal(folders, err)
	}
	return folders
}

// render is what kubectl kustomize makes of an overlay, as JSON documents.
func render(t *testing.T, overlay string) [][]byte {
	t.Helper()
	options := krusty.MakeDefaultOptions()
	resources, err := krusty.MakeKustomizer(options).Run(filesys.MakeFsOnDisk(), overlay)
	if err != nil {
		t.Fatal(err)
	}
	var documents [][]byte
	for _, resource := range resources.Resources() {
		document, err := resource.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		documents = append(documents, document)
	}
	return documents
}

// decode reads a document as the API server does with --validate=strict.
func decode(document []byte) (runtime.Object, error) {
	codecs := serializer.NewCodecFactory(scheme.Scheme, serializer.EnableStrict)
	object, _, err := codecs.UniversalDeserializer().Decode(document, nil, nil)
	return object, err
}

// TestOverlays: every document is what Kubernetes knows, every pod is restricted, and nothing is reached that no policy
// names.
func TestOverlays(t *testing.T) {
	for _, overlay := range overlays(t) {
		t.Run(filepath.Base(overlay), func(t *testing.T) {
			pods, closed := 0, false
			for _, document := range render(t, overlay) {
				object, err := decode(document)
				if err != nil {
					t.Fatalf("%v\n%s", err, document)
				}
				if p, ok := object.(*networkingv1.NetworkPolicy); ok {
					closed = closed || closesAll(p.Spec)
				}
				_, itself := object.(*corev1.Namespace)
				if namespace := meta(t, document).Namespace; namespace != "goweb" && !itself {
					t.Errorf("%T is in the namespace %q", object, namespace)
				}
				if template := podOf(object); template != nil {
					pods++
					for _, complaint := range complaints(template, isServer(object)) {
						t.Errorf("%T: %s", object, complaint)
					}
				}
			}
			if pods == 0 || !closed {
				t.Errorf("%d kinds of pods, all closed: %v", pods, closed)
			}
		})
	}
}

// TestEverySecurityLineCounts: without any one of the lines that restrict a pod, it is found to be wrong.
func TestEverySecurityLineCounts(t *testing.T) {
	for _, overlay := range overlays(t) {
		for _, document := range render(t, overlay) {
			object, err := decode(document)
			if err != nil {
				t.Fatal(err)
			}
			if podOf(object) == nil {
				continue
			}
			broken := 0
			for _, line := range lines(t, document) {
				without, err := decode(line.removed)
				if err != nil {
					t.Fatal(err)
				}
				broken++
				if found := complaints(podOf(without), isServer(without)); len(found) == 0 {
					t.Errorf("%s: nobody misses %s of %T", filepath.Base(overlay), line.path, object)
				}
			}
			if broken < 10 {
				t.Errorf("%s: only %d lines of %T were taken away", filepath.Base(overlay), broken, object)
			}
		}
	}
}

// meta reads what all documents have.
func meta(t *testing.T, document []byte) (m struct{ Namespace string }) {
	t.Helper()
	var outer struct{ Metadata *struct{ Namespace string } }
	if err := json.Unmarshal(document, &outer); err != nil || outer.Metadata == nil {
		t.Fatal(err)
	}
	return *outer.Metadata
}

// podOf returns the pods that an object makes, nil for one that makes none.
func podOf(object runtime.Object) *corev1.PodTemplateSpec {
	switch o := object.(type) {
	case *appsv1.Deployment:
		return &o.Spec.Template
	case *appsv1.StatefulSet:
		return &o.Spec.Template
	case *batchv1.Job:
		return &o.Spec.Template
	case *batchv1.CronJob:
		return &o.Spec.JobTemplate.Spec.Template
	}
	return nil
}

// isServer says whether the pods of an object are to run for ever.
func isServer(object runtime.Object) bool {
	switch object.(type) {
	case *appsv1.Deployment, *appsv1.StatefulSet:
		return true
	}
	return false
}

// closesAll says whether a policy closes all pods in both directions.
func closesAll(p networkingv1.NetworkPolicySpec) bool {
	return len(p.PodSelector.MatchLabels) == 0 && len(p.PodSelector.MatchExpressions) == 0 && len(p.Ingress) == 0 &&
		len(p.Egress) == 0 && len(p.PolicyTypes) == 2
}

// complaints are what is wrong with a pod: against the level "restricted" of Pod Security, and against what these
// overlays promise beyond that.
func complaints(template *corev1.PodTemplateSpec, server bool) []string {
	var found []string
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks())
	if err != nil {
		return []string{err.Error()}
	}
	restricted := api.LevelVersion{Level: api.LevelRestricted, Version: api.MajorMinorVersion(1, 34)}
	for _, result := range evaluator.EvaluatePod(restricted, &template.ObjectMeta, &template.Spec) {
		if !result.Allowed {
			found = append(found, result.ForbiddenReason+": "+result.ForbiddenDetail)
		}
	}
	spec := template.Spec
	say := func(wrong bool, text string) {
		if wrong {
			found = append(found, text)
		}
	}
	say(spec.AutomountServiceAccountToken == nil || *spec.AutomountServiceAccountToken, "a key to the cluster is mounted")
	say(spec.EnableServiceLinks == nil || *spec.EnableServiceLinks, "the environment tells of other services")
	security := spec.SecurityContext
	if security == nil {
		return append(found, "no security context")
	}
	for name, id := range map[string]*int64{
		"user": security.RunAsUser, "group": security.RunAsGroup, "fsGroup": security.FSGroup,
	} {
		say(id == nil || *id != 65532, "the "+name+" is not that of the images")
	}
	say(security.FSGroupChangePolicy == nil, "a volume is walked through at every start")
	say(len(spec.Containers) != 1 || len(spec.InitContainers) != 0, "not one container, the restricted one")
	for _, c := range spec.Containers {
		context := c.SecurityContext
		say(context == nil || context.ReadOnlyRootFilesystem == nil || !*context.ReadOnlyRootFilesystem,
			"the file system can be written")
		for _, resources := range []corev1.ResourceList{c.Resources.Requests, c.Resources.Limits} {
			say(resources.Cpu().IsZero() || resources.Memory().IsZero(), "no request or limit of processor or memory")
		}
		say(server && (c.LivenessProbe == nil || c.ReadinessProbe == nil || c.StartupProbe == nil),
			"a server without its three probes")
	}
	return found
}

// A line is a document without one of the lines that restrict its pod.
type line struct {
	path    string
	removed []byte
}

// lines takes away, one at a time, every key below the security contexts, the resources and the probes.
func lines(t *testing.T, document []byte) []line {
	t.Helper()
	var all []line
	for _, path := range paths(t, document) {
		var object map[string]any
		if err := json.Unmarshal(document, &object); err != nil {
			t.Fatal(err)
		}
		remove(object, path)
		removed, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, line{strings.Join(path, "."), removed})
	}
	return all
}

// paths are the places of what restricts the pod of a document.
func paths(t *testing.T, document []byte) [][]string {
	t.Helper()
	var object any
	if err := json.Unmarshal(document, &object); err != nil {
		t.Fatal(err)
	}
	within := []string{"securityContext", "requests", "limits"}
	themselves := []string{
		"securityContext", "livenessProbe", "readinessProbe", "startupProbe", "automountServiceAccountToken",
		"enableServiceLinks", "resources",
	}
	var found [][]string
	var walk func(node any, path []string)
	walk = func(node any, path []string) {
		switch node := node.(type) {
		case map[string]any:
			for key, value := range node {
				here := append(slices.Clone(path), key)
				inside := slices.ContainsFunc(within, func(name string) bool { return slices.Contains(path, name) })
				// A claim for a volume has requests of another kind.
				if (inside || slices.Contains(themselves, key)) && !slices.Contains(path, "volumeClaimTemplates") {
					found = append(found, here)
				}
				walk(value, here)
			}
		case []any:
			for i, value := range node {
				walk(value, append(slices.Clone(path), fmt.Sprint(i)))
			}
		}
	}
	walk(object, nil)
	return found
}

// remove takes the key at the end of a path out of an object.
func remove(node any, path []string) {
	for _, key := range path[:len(path)-1] {
		switch at := node.(type) {
		case map[string]any:
			node = at[key]
		case []any:
			var i int
			if _, err := fmt.Sscan(key, &i); err == nil {
				node = at[i]
			}
		}
	}
	if at, ok := node.(map[string]any); ok {
		delete(at, path[len(path)-1])
	}
}

// TestShards: the shards' job restarts a shard alone, and gives up at once where the usage is wrong.
func TestShards(t *testing.T) {
	for _, document := range render(t, "../overlays/factorize") {
		object, err := decode(document)
		if err != nil {
			t.Fatal(err)
		}
		job, ok := object.(*batchv1.Job)
		if !ok || job.Name != "factorize" {
			continue
		}
		rules := job.Spec.PodFailurePolicy.Rules
		last := rules[len(rules)-1]
		if job.Spec.BackoffLimitPerIndex == nil || last.Action != batchv1.PodFailurePolicyActionFailJob ||
			!reflect.DeepEqual(last.OnExitCodes.Values, []int32{2}) {
			t.Errorf("%+v", job.Spec)
		}
		text := strings.Join(job.Spec.Template.Spec.Containers[0].Args, " ")
		if want := fmt.Sprintf("--shard=auto/%d ", *job.Spec.Completions); !strings.Contains(text, want) {
			t.Errorf("%q is not in %q", want, text)
		}
		joining, err := os.ReadFile("../overlays/factorize/join.yaml")
		if err != nil {
			t.Fatal(err)
		}
		for index := range *job.Spec.Completions {
			if want := fmt.Sprintf("/data/shard-%d", index); !strings.Contains(string(joining), want) {
				t.Errorf("nobody joins %s", want)
			}
		}
		return
	}
	t.Error("no job of that name")
}
