package junksort

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pythonweb/goweb/console/consoletest"
)

// A watch reads again only the folders that something has touched. Whatever happens in the tree, what Sort would move
// then is moved in the end: files that come, change their content, their names and their folders, folders that are
// moved, filled and removed. What lies in a folder of a category stays there, as it does for Sort.
func TestWatchMissesNothing(t *testing.T) {
	t.Parallel()
	for range consoletest.Count(2, 50) {
		seed := uint64(time.Now().UnixNano())
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			disturb(t, rand.New(rand.NewPCG(seed, 0)))
		})
	}
}

func disturb(t *testing.T, random *rand.Rand) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "first.jpg"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := Watch(ctx, dir, Options{}, Observer{})
		ended <- err
	}()
	for range 3 {
		for range 1 + random.IntN(30) {
			change(dir, random)
		}
		left := []string{"?"}
		for deadline := time.Now().Add(time.Minute); len(left) > 0; {
			if time.Now().After(deadline) {
				t.Fatalf("the watch has missed %q", left)
			}
			left = left[:0]
			_, err := Preview(ctx, dir, Options{}, func(r Result) error {
				way := strings.Split(r.From, "/")
				category := len(way) > 2 && strings.Contains("images documents audio archives code other", way[0])
				if r.Action == Moved && !category {
					left = append(left, r.From)
				}
				return nil
			})
			if err != nil {
				left = append(left, err.Error()) // a folder went while it was looked at
			}
		}
	}
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// change does one thing to the tree; that it is impossible does not matter.
func change(dir string, random *rand.Rand) {
	var files, folders []string
	_ = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		switch {
		case err != nil || path == dir:
		case strings.HasPrefix(d.Name(), ".junksort"):
			return filepath.SkipDir
		case d.IsDir():
			folders = append(folders, path)
		default:
			files = append(files, path)
		}
		return nil
	})
	one := func(list []string) string {
		if len(list) == 0 {
			return filepath.Join(dir, "nothing")
		}
		return list[random.IntN(len(list))]
	}
	contents := []string{"", "\x89PNG\r\n\x1a\n", "%PDF-1.4", "text"}
	content := []byte(contents[random.IntN(len(contents))])
	extensions := []string{".jpg", ".pdf", ".mp3", "", ".part"}
	name := fmt.Sprintf("f%d%s", random.IntN(40), extensions[random.IntN(len(extensions))])
	into := one(append(folders, dir))
	switch random.IntN(10) {
	case 0, 1, 2:
		_ = os.WriteFile(filepath.Join(into, name), content, 0o600)
	case 3:
		_ = os.Mkdir(filepath.Join(into, fmt.Sprintf("d%d", random.IntN(20))), 0o700)
	case 4:
		file := one(files)
		_ = os.Rename(file, filepath.Join(into, filepath.Base(file)))
	case 5:
		file := one(files)
		_ = os.Rename(file, filepath.Join(filepath.Dir(file), name))
	case 6:
		_ = os.Remove(one(files))
	case 7:
		if file := one(files); len(files) > 0 {
			_ = os.WriteFile(file, content, 0o600)
		}
	case 8:
		_ = os.Rename(one(folders), filepath.Join(into, fmt.Sprintf("m%d", random.IntN(20))))
	case 9:
		_ = os.RemoveAll(one(folders))
	}
}
