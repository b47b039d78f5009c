package server_test

import (
	"bytes"
	"crypto/rand"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/pythonweb/goweb/storage/internal/compute"
	"github.com/pythonweb/goweb/storage/internal/memo"
	"github.com/pythonweb/goweb/storage/internal/server"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// An output of any size that is stored is served: the command runs once, and what info counts as hits were hits.
func TestLargeOutputIsAHit(t *testing.T) {
	redis := storagetest.Redis(t)
	for _, size := range []int{255 << 10, 257 << 10, 8 << 20, 40 << 20} {
		t.Run(strconv.Itoa(size), func(t *testing.T) {
			output := make([]byte, size) // incompressible
			_, _ = rand.Read(output)
			file := filepath.Join(t.TempDir(), "output")
			ran := filepath.Join(t.TempDir(), "ran")
			if err := os.WriteFile(file, output, 0o600); err != nil {
				t.Fatal(err)
			}
			store, err := server.Open(redis.URL, 20*time.Second)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = store.Close() }()
			var out bytes.Buffer
			call := compute.Call{
				Options:      memo.Options{Scope: strconv.Itoa(size), Capacity: 10},
				Command:      []string{"sh", "-c", `echo x >>"$0"; cat "$1"`, ran, file},
				Surroundings: memo.Surroundings{Lookup: os.LookupEnv, Cwd: os.Getwd},
				Streams:      memo.Streams{In: bytes.NewReader(nil), Out: &out, Err: &out},
			}
			for range 4 {
				out.Reset()
				outcome, err := compute.Run(t.Context(), store, call)
				if outcome.Code != 0 || err != nil || !bytes.Equal(out.Bytes(), output) {
					t.Errorf("code %d, %d bytes (%v)", outcome.Code, out.Len(), err)
				}
			}
			if lines, err := os.ReadFile(ran); err != nil || string(lines) != "x\n" {
				t.Errorf("the command ran %d times (%v), want once", len(lines)/2, err)
			}
			info, err := store.Info(t.Context(), call.Scope)
			if err != nil || info.Hits != 3 || info.Misses != 1 {
				t.Errorf("%+v (%v), want 3 hits and 1 miss", info, err)
			}
		})
	}
}
