package sqlstore

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/storetest"
)

// kept are the tables that a save of contacts writes, but for what is random or a time, and the triggers.
var kept = []string{
	"SELECT seq, book, id, version, name, resource, via, label FROM contacts ORDER BY seq",
	"SELECT seq, book, id, document FROM contact_documents ORDER BY seq",
	"SELECT book, seq, tag, tag_folded FROM contact_tags ORDER BY seq, tag_folded",
	"SELECT c.book, c.resource, c.id, c.version, c.change FROM cards c JOIN changes m ON m.book = c.book AND " +
		"m.change = c.change AND m.mark = c.etag AND m.at = c.at ORDER BY c.change",
	"SELECT book, change, length(mark) FROM changes ORDER BY change",
	"SELECT book, changes FROM books",
	"SELECT kind, id FROM removed",
	"SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name",
	"SELECT book, gram, block, rank, hex(seqs) FROM contact_grams ORDER BY gram, block, rank",
	"SELECT book, seq FROM contact_unindexed ORDER BY seq",
	"SELECT rowid FROM contact_trigrams WHERE contact_trigrams MATCH 'олє OR оль OR рут' ORDER BY rowid",
}

// TestMany: many new contacts at once become the same rows as those that come one by one.
func TestMany(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	ctx := assistant.WithLabel(assistant.WithVia(t.Context(), assistant.ViaImport), "a file")
	var want []string
	for _, part := range []int{100, 1300} {
		s, err := Connect(ctx, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		saveSample(ctx, t, s, part)
		var got []string
		for _, query := range kept {
			got = append(got, dump(ctx, t, s, query)...)
		}
		if want == nil {
			want = got
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("in parts of %d: %s", part, diff)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// saveSample saves contacts in such parts: some were there before, and the card of one is gone.
func saveSample(ctx context.Context, t *testing.T, s *Store, part int) {
	t.Helper()
	sample := storetest.NewSample(1)
	list := make([]*assistant.Contact, 1300)
	for i := range list {
		list[i] = sample.Contact()
	}
	list[7].Resource = "card of mine.vcf"
	for _, c := range []*assistant.Contact{list[5], list[7]} {
		before := *c
		if err := s.SaveContacts(ctx, &before); err != nil {
			t.Fatal(err)
		}
		if err := s.DeleteContact(ctx, c.ID, 0); err != nil {
			t.Fatal(err)
		}
	}
	for from := 0; from < len(list); from += part {
		revision, err := s.Revision(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SaveContacts(ctx, list[from:from+part]...); err != nil {
			t.Fatal(err)
		}
		if now, err := s.Revision(ctx); err != nil || now == revision {
			t.Fatalf("the revision stays %s, %v", now, err)
		}
	}
	if list[5].Version != 2 || list[6].Version != 1 {
		t.Errorf("versions %d and %d, want 2 and 1", list[5].Version, list[6].Version)
	}
}

// TestManyRefused: a save of many that fails leaves nothing, and the triggers are there.
func TestManyRefused(t *testing.T) {
	ctx := t.Context()
	s := open(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
	sample := storetest.NewSample(1)
	list := make([]*assistant.Contact, 2*many)
	for i := range list {
		list[i] = sample.Contact()
	}
	list[2*many-1].Resource = list[0].ID + ".vcf" // which another one of them has
	count := func() []string {
		return append(dump(ctx, t, s, "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'"),
			dump(ctx, t, s, "SELECT count(*) FROM contacts")...)
	}
	before := count()
	if err := s.SaveContacts(ctx, list...); err == nil {
		t.Error("two contacts have one card")
	}
	if diff := cmp.Diff(before, count()); diff != "" {
		t.Error(diff)
	}
	list[2*many-1].Resource = ""
	if err := s.SaveContacts(ctx, list...); err != nil {
		t.Error(err)
	}
}

// dump returns the rows of a query as text.
func dump(ctx context.Context, t *testing.T, s *Store, query string) []string {
	t.Helper()
	var rows []map[string]any
	if err := s.db.Reader.NewRaw(query).Scan(ctx, &rows); err != nil {
		t.Fatal(query, err)
	}
	list := make([]string, len(rows))
	for i, row := range rows {
		list[i] = fmt.Sprint(row)
	}
	return list
}
