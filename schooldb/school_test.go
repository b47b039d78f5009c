package schooldb

import (
	"errors"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/storage/storagetest"
)

var errEOF = io.EOF

type sourceFunc func() (record, error)

func (f sourceFunc) next() (record, error) { return f() }

// What follows must hold on both databases. fresh opens a new one that has its tables: a copy of one that was migrated,
// for migrating takes longer than most of what is tested.
var suite = []struct {
	name string
	test func(t *testing.T, fresh func(testing.TB) *School)
}{
	{"Answers", testAnswers},
	{"Histories", testHistories},
	{"ConcurrentWriters", testConcurrentWriters},
	{"ExportImportIsAFixedPoint", testExportImportIsAFixedPoint},
	{"ReadersDuringImport", testReadersDuringImport},
	{"WrongRows", testWrongRows},
	{"OneDefinition", testOneDefinition},
	{"Summarize", testSummarize},
	{"SchemaDiagram", testSchemaDiagram},
	{"Identifiers", testIdentifiers},
	{"Repair", testRepair},
	{"Update", testUpdate},
	{"Workbooks", testWorkbooks},
	{"ExportAllOrNothing", testExportAllOrNothing},
	{"Migrations", testMigrations},
}

func TestSQLite(t *testing.T) {
	t.Parallel()
	template := filepath.Join(t.TempDir(), "template.db")
	openMigrated(t, template).Close()
	empty, err := os.ReadFile(template)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range suite {
		t.Run(s.name, func(t *testing.T) {
			s.test(t, func(t testing.TB) *School {
				file := filepath.Join(t.TempDir(), "school.db")
				if err := os.WriteFile(file, empty, 0o600); err != nil {
					t.Fatal(err)
				}
				return openMigrated(t, file)
			})
		})
	}
}

func TestPostgres(t *testing.T) {
	t.Parallel()
	server := storagetest.Postgres(t)
	template := server.Database(t)
	openMigrated(t, template).Close()
	address, err := url.Parse(template)
	if err != nil {
		t.Fatal(err)
	}
	fresh := func(t testing.TB) *School {
		return openMigrated(t, server.DatabaseWith(t, "TEMPLATE "+address.Path[1:]))
	}
	for _, s := range suite {
		t.Run(s.name, func(t *testing.T) { s.test(t, fresh) })
	}
	t.Run("Isolation", func(t *testing.T) { testIsolation(t, fresh) })
	t.Run("FirstGrades", func(t *testing.T) { testFirstGrades(t, fresh) })
	t.Run("Statements", func(t *testing.T) { testStatements(t, server) })
	t.Run("Schemas", func(t *testing.T) { testSchemas(t, server) })
	t.Run("Dump", func(t *testing.T) { testDump(t, server) })
	t.Run("Clerk", func(t *testing.T) { testClerk(t, server) })
	t.Run("RandomStatements", func(t *testing.T) { testRandomStatements(t, server) })
	t.Run("RoundTrips", func(t *testing.T) { testRoundTrips(t, server.Database(t)) })
}

func openMigrated(t testing.TB, dsn string) *School {
	t.Helper()
	s, err := Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// Every query of random schools is answered as the model answers it.
func testAnswers(t *testing.T, fresh func(testing.TB) *School) {
	for seed := range uint64(consoletest.Count(25, 1000)) {
		r := rand.New(rand.NewPCG(seed, 1))
		m := randomModel(r)
		s := fresh(t)
		// With few grades the triggers add them one by one.
		records := func(k Kind) (source, error) { return m.records(k), nil }
		if err := s.load(t.Context(), seed%2 == 0, records, nil); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		compareAnswers(t, r, s, m, seed)
		s.Close()
		if t.Failed() {
			return
		}
	}
}

// compareAnswers asks everything of a school and of its model.
func compareAnswers(t *testing.T, r *rand.Rand, s *School, m *model, seed uint64) {
	t.Helper()
	for _, q := range Queries() {
		for range 4 {
			var p Parameters
			for _, parameter := range q.Parameters {
				switch parameter {
				case OfStudent:
					p.Student = anyID(r, m.students)
				case OfSubject:
					p.Subject = anyID(r, m.subjects)
				case OfGroup:
					p.Group = anyID(r, m.groups)
				case OfTeacher:
					p.Teacher = anyID(r, m.teachers)
				}
			}
			if q.Limited {
				p.Limit = r.IntN(8)
			}
			p.WithTies = q.Ranking && r.IntN(2) == 0
			want, got := m.answer(q.Name, p), ask(t, s, &q, p)
			if len(want) == 1 && strings.HasPrefix(want[0], "unknown") && len(got) == 1 && strings.HasPrefix(got[0], "unknown") {
				continue // of two unknown things either may be named
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("seed %d: %s %+v (-want +got):\n%s", seed, q.Name, p, diff)
			}
		}
	}
	if differences, err := s.Verify(t.Context()); err != nil || len(differences) > 0 {
		t.Errorf("seed %d: verify: %v %v", seed, differences, err)
	}
}

// ask returns the rows of an answer as JSON, or "unknown".
func ask(t *testing.T, s *School, q *Query, p Parameters) []string {
	t.Helper()
	rows, err := s.Ask(t.Context(), q, p)
	if errors.Is(err, ErrNotFound) {
		return []string{"unknown"}
	}
	if err != nil {
		t.Fatal(err)
	}
	answer := []string{}
	for i := range rows {
		b, err := rows[i].AppendJSON(nil, q.Columns)
		if err != nil {
			t.Fatal(err)
		}
		answer = append(answer, string(b))
	}
	return answer
}
