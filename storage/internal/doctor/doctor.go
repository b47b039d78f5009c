// Package doctor checks that a store of outputs works: it stores one as run does, finds it again and forgets it, and
// says what is wrong.
package doctor

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/pythonweb/goweb/storage/internal/memo"
	"github.com/pythonweb/goweb/storage/internal/trouble"
)

// State says how serious a finding is.
type State string

// The states.
const (
	Fine    State = "ok"
	Warning State = "warning"
	Failed  State = "failed"
)

// Finding is the result of one check.
type Finding struct {
	Check string
	State State
	Text  string
	Todo  string // what to do about it
}

func failed(check string, err error) Finding {
	t := trouble.Of(err)
	return Finding{check, Failed, t.What, t.Todo}
}

// Examine stores an output in the store, finds it, and forgets it.
func Examine(ctx context.Context, store memo.Store) []Finding {
	options := memo.Options{Scope: "doctor-" + rand.Text(), Capacity: 1, Key: "doctor", KeySet: true}
	k, err := memo.KeyOf(options, nil, memo.Here())
	if err != nil {
		return []Finding{failed("key", err)}
	}
	defer func() { _ = store.Clear(context.WithoutCancel(ctx), options.Scope) }()
	q := memo.Query{Scope: options.Scope, Key: k}
	f, err := store.Find(ctx, q)
	if err != nil {
		return []Finding{failed("ask", err)}
	}
	findings := []Finding{{"ask", Fine, "the store answers", ""}}
	if f.Lease == nil {
		const text = "the store returns what was never stored"
		return append(findings, Finding{"remember", Failed, text, "run lrucache clear"})
	}
	want := memo.Result{Stdout: []byte(strings.Repeat("x", 100))}
	if err := f.Lease.Store(ctx, want, memo.Keep{TTL: time.Minute, Capacity: 1}); err != nil {
		return append(findings, failed("remember", err))
	}
	findings = append(findings, Finding{"remember", Fine, "an output was remembered", ""})
	begin := time.Now()
	f, err = store.Find(ctx, q)
	switch took := time.Since(begin); {
	case err != nil:
		return append(findings, failed("find", err))
	case f.Result == nil:
		if f.Lease != nil {
			f.Lease.Release(ctx)
		}
		return append(findings, Finding{
			"find", Failed, "what was stored is not found again", "is there enough memory, and does something else remove it?",
		})
	default:
		text := fmt.Sprintf("it was found again in %.1f ms", took.Seconds()*1000)
		findings = append(findings, Finding{"find", Fine, text, ""})
	}
	if _, err := store.Forget(ctx, options.Scope, k); err != nil {
		return append(findings, failed("forget", err))
	}
	return append(findings, Finding{"forget", Fine, "it was forgotten", ""})
}

// lines parses the answer of INFO.
func lines(text string) map[string]string {
	fields := map[string]string{}
	for line := range strings.Lines(text) {
		if name, value, found := strings.Cut(strings.TrimSpace(line), ":"); found {
			fields[name] = value
		}
	}
	return fields
}

// Redis checks what a server says about itself in the answer to INFO.
func Redis(info string) []Finding {
	fields := lines(info)
	findings := []Finding{{"server", Fine, "Redis " + fields["redis_version"], ""}}
	if fields["role"] == "slave" {
		f := Finding{
			"role", Warning, "it is a replica: outputs are read from it, but none are stored",
			"give the address of its primary",
		}
		if fields["master_link_status"] == "down" {
			f.Text = "it is a replica that has lost its primary: old outputs are read from it, but none are stored"
		}
		findings = append(findings, f)
	}
	if fields["cluster_enabled"] == "1" {
		findings = append(findings, Finding{"cluster", Fine, "it is a node of a cluster", ""})
	}
	most, _ := strconv.ParseInt(fields["maxmemory"], 10, 64)
	used, _ := strconv.ParseInt(fields["used_memory"], 10, 64)
	switch policy := fields["maxmemory_policy"]; {
	case most == 0:
	case policy == "noeviction" && used > most/10*9:
		findings = append(findings, Finding{
			"memory", Warning, fmt.Sprintf("%d of %d MB used, and nothing is evicted", used>>20, most>>20),
			"raise its maxmemory, or choose a maxmemory-policy that evicts, such as allkeys-lru",
		})
	default:
		text := fmt.Sprintf("%d of %d MB used (%s)", used>>20, most>>20, policy)
		findings = append(findings, Finding{"memory", Fine, text, ""})
	}
	return findings
}

// Folder checks the file system of path, or of the nearest folder above it that exists.
func Folder(path string) []Finding {
	free, files, err := space(path)
	switch {
	case err != nil:
		return []Finding{failed("folder", err)}
	case free < memo.MaxOutput:
		return []Finding{{"space", Warning, fmt.Sprintf("%d MB free", free>>20), "free some space"}}
	case files == 0:
		return []Finding{{"space", Warning, "the file system has no inodes left", "free some space"}}
	}
	return []Finding{{"space", Fine, fmt.Sprintf("%d MB free", free>>20), ""}}
}
