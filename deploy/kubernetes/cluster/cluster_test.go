package cluster

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

// TestCluster: a real control plane takes every overlay without an error or a warning, refuses or warns of each that is
// less restricted, and runs the shards of factorize.
func TestCluster(t *testing.T) {
	p := start(t)
	for _, overlay := range overlays(t) {
		t.Run(filepath.Base(overlay), func(t *testing.T) { p.applies(t, overlay) })
	}
	t.Run("shards", func(t *testing.T) { runShards(t, p) })
}

// applies applies an overlay, and looks that no security line of it can go.
func (p *plane) applies(t *testing.T, overlay string) {
	strict := []string{"apply", "--validate=strict", "--warnings-as-errors"}
	p.kubectl(t, nil, append(strict, "-k", overlay)...)
	tried := 0
	for _, document := range render(t, overlay) {
		if object, err := decode(document); err != nil || podOf(object) == nil {
			continue
		}
		for _, line := range lines(t, document) {
			key := line.path[strings.LastIndex(line.path, ".")+1:]
			if key != "allowPrivilegeEscalation" && key != "runAsNonRoot" && key != "seccompProfile" && key != "capabilities" {
				continue // what Pod Security does not ask for, the other tests do
			}
			tried++
			if _, err := p.run(line.removed, append(strict, "--dry-run=server", "-f", "-")...); err == nil {
				t.Errorf("nobody misses %s", line.path)
			}
		}
		if out, err := p.run(bytes.Replace(document, []byte(`"spec":`), []byte(`"spec":{},"spek":`), 1),
			append(strict, "--dry-run=server", "-f", "-")...); err == nil {
			t.Errorf("a key that nobody knows is taken: %s", out)
		}
	}
	if tried < 4 {
		t.Errorf("only %d lines were taken away", tried)
	}
}
