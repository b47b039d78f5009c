package doctor_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/storage/internal/doctor"
	"github.com/pythonweb/goweb/storage/internal/memo"
)

// What a server says of itself becomes findings.
func TestRedis(t *testing.T) {
	const full = "redis_version:7.0.15\r\nmaxmemory:100000000\r\nused_memory:99000000\r\nmaxmemory_policy:noeviction\r\n"
	for info, want := range map[string][]string{
		"# Server\r\nredis_version:7.0.15\r\nrole:master\r\nmaxmemory:0\r\n": {"server ok"},
		"redis_version:7.0.15\r\nrole:slave\r\nmaster_link_status:down\r\n":  {"server ok", "role warning"},
		full: {"server ok", "memory warning"},
		strings.Replace(full, "noeviction", "allkeys-lru", 1): {"server ok", "memory ok"},
		"cluster_enabled:1\r\n":                               {"server ok", "cluster ok"},
		"":                                                    {"server ok"},
	} {
		var got []string
		for _, f := range doctor.Redis(info) {
			got = append(got, f.Check+" "+string(f.State))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", info, got, want)
		}
	}
}

// A store that answers nothing is one failed finding, with what helps.
func TestExamineNothing(t *testing.T) {
	found := doctor.Examine(t.Context(), memo.None{Reason: errors.New("NOAUTH Authentication required.")})
	if len(found) != 1 || found[0].State != doctor.Failed || !strings.Contains(found[0].Text, "password") {
		t.Errorf("%+v", found)
	}
}

// The space of a folder that is not there yet is that of the one above it.
func TestFolder(t *testing.T) {
	found := doctor.Folder(t.TempDir() + "/not/there")
	if len(found) != 1 || found[0].Check != "space" {
		t.Errorf("%+v", found)
	}
}
