//go:build unix

package directory

import (
	"container/list"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

func number(i int) (m member) {
	binary.BigEndian.PutUint64(m[:], uint64(i))
	return m
}

// put computes a member as a process would that found nothing.
func put(t *testing.T, f folder, m member, capacity int64) {
	t.Helper()
	l, _, err := f.acquire(m)
	if err != nil || l == nil {
		t.Fatalf("no lease (%v)", err)
	}
	if err := l.store([]byte(m.name()), capacity); err != nil {
		t.Fatal(err)
	}
}

func has(t *testing.T, f folder, m member) bool {
	t.Helper()
	v, err := f.load(m, syscall.Stat_t{})
	if err != nil {
		t.Fatal(err)
	}
	if v != nil && string(v.sealed) != m.name() {
		t.Fatalf("%x holds %q", m, v.sealed)
	}
	return v != nil
}

// values returns the members whose files are there.
func values(t *testing.T, f folder) []string {
	t.Helper()
	entries, err := os.ReadDir(string(f) + valuesFolder)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, e := range entries {
		found = append(found, e.Name())
	}
	return found
}

// The order of eviction is that of a list, whatever is done in whichever order, and also when the journal is written
// anew again and again.
func TestExactOrder(t *testing.T) {
	for trace := range 30 {
		random := rand.New(rand.NewPCG(uint64(trace), 1))
		capacity := 1 + random.IntN(6)
		f := folderOf(t.TempDir(), "a/b")
		order, where := list.New(), map[member]*list.Element{}
		for step := range 120 {
			m := number(random.IntN(10))
			e := where[m]
			switch {
			case has(t, f, m) != (e != nil):
				t.Fatalf("trace %d, step %d: %x is there: %v", trace, step, m, e == nil)
			case e == nil:
				put(t, f, m, int64(capacity))
				where[m] = order.PushBack(m)
				if order.Len() > capacity {
					delete(where, order.Remove(order.Front()).(member))
				}
			case random.IntN(8) == 0:
				if found, err := f.forget(m); !found || err != nil {
					t.Fatal(found, err)
				}
				order.Remove(e)
				delete(where, m)
			default:
				order.MoveToBack(e)
			}
			if random.IntN(10) == 0 {
				rewrite(t, f)
			}
		}
		var want []string
		for m := range where {
			want = append(want, m.name())
		}
		slices.Sort(want)
		if got := values(t, f); !slices.Equal(got, want) {
			t.Fatalf("trace %d: %v, want %v", trace, got, want)
		}
	}
}

func rewrite(t *testing.T, f folder) {
	t.Helper()
	j, err := f.openJournal()
	if err != nil {
		t.Fatal(err)
	}
	defer j.close()
	s, err := j.read()
	if err == nil {
		err = j.renew(s)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// What a crash can leave between two steps is mended by what comes next.
func TestCrashBetweenSteps(t *testing.T) {
	t.Run("stored and not told", func(t *testing.T) {
		f := folderOf(t.TempDir(), "s")
		put(t, f, number(1), 3)
		if err := os.WriteFile(f.value(number(2)), []byte(number(2).name()), 0o600); err != nil {
			t.Fatal(err)
		}
		if !has(t, f, number(2)) || !has(t, f, number(1)) {
			t.Fatal("a value is gone")
		}
		put(t, f, number(3), 2)
		if has(t, f, number(2)) || !has(t, f, number(1)) || !has(t, f, number(3)) {
			t.Fatal("another one than the oldest was forgotten")
		}
	})
	t.Run("removed and not told", func(t *testing.T) {
		f := folderOf(t.TempDir(), "s")
		for i := range 3 {
			put(t, f, number(i), -1)
		}
		if err := os.Remove(f.value(number(0))); err != nil { // the capacity was to be 2
			t.Fatal(err)
		}
		put(t, f, number(3), 2)
		if got := values(t, f); !slices.Equal(got, []string{number(2).name(), number(3).name()}) {
			t.Fatal(got)
		}
	})
	t.Run("a journal that is torn, damaged or gone", func(t *testing.T) {
		f := folderOf(t.TempDir(), "s")
		put(t, f, number(1), 2)
		put(t, f, number(2), 2)
		data, err := os.ReadFile(f.journal())
		if err != nil {
			t.Fatal(err)
		}
		for _, journal := range [][]byte{nil, []byte("x"), data[:len(data)-5], append(data[:40:40], data[50:]...)} {
			if err := os.WriteFile(f.journal(), journal, 0o600); err != nil {
				t.Fatal(err)
			}
			if !has(t, f, number(1)) || !has(t, f, number(2)) {
				t.Fatal("a value is gone")
			}
			rewrite(t, f)
			s, err := f.read()
			if err != nil || len(s.uses) != 2 {
				t.Fatalf("%d members (%v)", len(s.uses), err)
			}
		}
	})
	t.Run("leases and a new journal", func(t *testing.T) {
		f := folderOf(t.TempDir(), "s")
		put(t, f, number(1), 2)
		for _, path := range []string{f.lease(number(5)), string(f) + renewedName} {
			if err := os.WriteFile(path, []byte("half of it"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		held, _, err := f.acquire(number(6))
		if err != nil || held == nil {
			t.Fatal(err)
		}
		rewrite(t, f)
		left, err := filepath.Glob(string(f) + leasesFolder + "/*")
		if err != nil || !slices.Equal(left, []string{f.lease(number(6))}) {
			t.Fatalf("left: %v (%v)", left, err)
		}
		if err := held.release(); err != nil {
			t.Fatal(err)
		}
	})
}

// A journal that hits alone make longer is written anew.
func TestJournalStaysShort(t *testing.T) {
	f := folderOf(t.TempDir(), "s")
	put(t, f, number(1), 2)
	for range slack/recordSize + 100 {
		if err := f.count(1, 0); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(f.journal())
	if err != nil || info.Size() > slack/2 {
		t.Fatalf("%d bytes (%v)", info.Size(), err)
	}
	if s, err := f.read(); err != nil || s.hits != int64(slack/recordSize+100) {
		t.Fatalf("%d hits (%v)", s.hits, err)
	}
}

// What is forgotten while it is computed is not stored, nor is what was given up; another process takes the lease at
// once.
func TestLeaseTakenAway(t *testing.T) {
	f := folderOf(t.TempDir(), "s")
	for name, away := range map[string]func(held *lease) error{
		"forgotten": func(*lease) error { _, err := f.forget(number(1)); return err },
		"cleared":   func(*lease) error { return f.clear() },
		"given up":  func(l *lease) error { return f.giveUp(number(1), l.info) },
	} {
		t.Run(name, func(t *testing.T) {
			put(t, f, number(9), -1)
			first, _, err := f.acquire(number(1))
			if err != nil || first == nil {
				t.Fatal(err)
			}
			if second, held, err := f.acquire(number(1)); second != nil || err != nil || held.Ino != first.info.Ino {
				t.Fatal("two processes have the lease", err)
			}
			if err := away(first); err != nil {
				t.Fatal(err)
			}
			second, _, err := f.acquire(number(1))
			if err != nil || second == nil {
				t.Fatal("the lease is not free", err)
			}
			if err := first.store([]byte("old"), -1); err != nil {
				t.Fatal(err)
			}
			if has(t, f, number(1)) {
				t.Fatal("it was stored")
			}
			if err := second.store([]byte(number(1).name()), -1); err != nil {
				t.Fatal(err)
			}
			if !has(t, f, number(1)) {
				t.Fatal("it was not stored")
			}
			if _, err := f.forget(number(1)); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// Scopes have folders of their own, whatever they are called, and all below the folder.
func TestScopeNames(t *testing.T) {
	seen := map[folder]string{}
	long := strings.Repeat("long", 100)
	for _, scope := range []string{"", "a", "A", ".", "..", "a/b", "a%2Fb", "../x", "a\x00b", "ж", long, long + "2"} {
		f := folderOf("/base", scope)
		if other, there := seen[f]; there {
			t.Errorf("%q and %q share %s", scope, other, f)
		}
		seen[f] = scope
		if filepath.Dir(filepath.Clean(string(f))) != "/base" || len(filepath.Base(string(f))) > 255 {
			t.Errorf("%q lies in %s", scope, f)
		}
	}
}

// A link, a pipe or a folder in the place of a file does no harm.
func TestPlantedFiles(t *testing.T) {
	f := folderOf(t.TempDir(), "s")
	put(t, f, number(1), -1)
	mine := filepath.Join(t.TempDir(), "mine")
	if err := os.WriteFile(mine, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{f.value(number(2)), f.lease(number(2)), f.journal()} {
		_ = os.Remove(path)
		if err := os.Symlink(mine, path); err != nil {
			t.Fatal(err)
		}
		if v, err := f.load(number(2), syscall.Stat_t{}); v != nil || err == nil && path == f.value(number(2)) {
			t.Errorf("a link in the place of %s was followed", path)
		}
		if l, _, err := f.acquire(number(2)); path == f.lease(number(2)) && (l != nil || err == nil) {
			t.Error("a lease was had through a link")
		} else if l != nil {
			_ = l.release()
		}
		_ = os.Remove(path)
	}
	if err := syscall.Mkfifo(f.value(number(3)), 0o600); err != nil {
		t.Fatal(err)
	}
	if v, err := f.load(number(3), syscall.Stat_t{}); v != nil || err == nil {
		t.Error("a pipe was read")
	}
	if text, err := os.ReadFile(mine); err != nil || string(text) != "text" {
		t.Errorf("the file beside it became %q (%v)", text, err)
	}
}

func FuzzJournal(f *testing.F) {
	f.Add(record{kind: kindUse, member: number(1)}.append(nil))
	f.Add(record{kind: kindHits, number: -5}.append([]byte("junk")))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := replay(data)
		again := replay(s.journal())
		type counts struct{ hits, misses, capacity int64 }
		before, after := counts{s.hits, s.misses, s.capacity}, counts{again.hits, again.misses, again.capacity}
		if before != after || !slices.Equal(s.order(), again.order()) {
			t.Errorf("%+v became %+v", s, again)
		}
	})
}

// What is lost is counted, with the last reason in one line, and forgotten with everything else.
func TestLost(t *testing.T) {
	f := folderOf(t.TempDir(), "s")
	for _, reason := range []string{strings.Repeat("a long reason ", 1000), "short\nand on"} {
		if err := f.lose(2, reason); err != nil {
			t.Fatal(err)
		}
	}
	if calls, reason := f.lost(); calls != 4 || reason != "short and on" {
		t.Errorf("%d, %q", calls, reason)
	}
	if err := f.clear(); err != nil {
		t.Fatal(err)
	}
	if calls, reason := f.lost(); calls != 0 || reason != "" {
		t.Errorf("%d, %q after it was cleared", calls, reason)
	}
}
