package schooldb

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/console/consoletest"
)

// A school that is exported to a workbook, or to CSV for Excel, and imported into an empty database gives the same
// export.
func testWorkbooks(t *testing.T, fresh func(testing.TB) *School) {
	for seed := range uint64(consoletest.Count(6, 200)) {
		r := rand.New(rand.NewPCG(seed, 8))
		m := randomModel(r)
		first := fresh(t)
		if err := first.load(t.Context(), true, func(k Kind) (source, error) { return m.records(k), nil }, nil); err != nil {
			t.Fatal(err)
		}
		want, book, excel := t.TempDir(), filepath.Join(t.TempDir(), "school.xlsx"), t.TempDir()
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(first.Export(t.Context(), want, ExportOptions{}))
		must(first.ExportWorkbook(t.Context(), book, ExportOptions{}))
		must(first.Export(t.Context(), excel, ExportOptions{Excel: true}))
		for _, from := range []string{book, excel} {
			second, got := fresh(t), t.TempDir()
			importFrom(t, second, from)
			must(second.Export(t.Context(), got, ExportOptions{}))
			if diff := cmp.Diff(folder(t, want), folder(t, got)); diff != "" {
				t.Errorf("seed %d, %s (-first +second):\n%s", seed, filepath.Base(from), diff)
			}
			second.Close()
		}
		first.Close()
	}
}

// An export that fails leaves the files that were there, and no new folder.
func testExportAllOrNothing(t *testing.T, fresh func(testing.TB) *School) {
	s := fresh(t)
	o := SeedOptions{Students: 9, Groups: 2, Subjects: 3, Teachers: 2, Grades: 5, Seed: 1}
	if err := s.Seed(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := s.Export(t.Context(), dir, ExportOptions{}); err != nil {
		t.Fatal(err)
	}
	before := folder(t, dir)
	const damage = "UPDATE groups SET name = 'another'; ALTER TABLE enrolments RENAME TO gone"
	if _, err := s.db.ExecContext(t.Context(), damage); err != nil {
		t.Fatal(err)
	}
	if err := s.Export(t.Context(), dir, ExportOptions{}); err == nil {
		t.Error("no error without a table")
	}
	if diff := cmp.Diff(before, folder(t, dir)); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
	made := filepath.Join(t.TempDir(), "new")
	if err := s.Export(t.Context(), made, ExportOptions{}); err == nil {
		t.Error("no error without a table")
	}
	if _, err := os.Stat(made); !os.IsNotExist(err) {
		t.Errorf("the folder: %v", err)
	}
}

// What LibreOffice opens and saves in the Ukrainian locale comes back the same: as XLSX, as ODS, and a CSV for
// Excel as the CSV that it writes then.
func TestLibreOffice(t *testing.T) {
	t.Parallel()
	consoletest.Need(t, "soffice", "libreoffice-calc-nogui")
	s := openMigrated(t, filepath.Join(t.TempDir(), "school.db"))
	o := SeedOptions{Students: 12, Groups: 2, Subjects: 3, Teachers: 2, Grades: 5, Seed: 1}
	if err := s.Seed(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	name, student := "Ґалаґан-Ї’їна = 1; \"Є\"", int64(3)
	for _, err := range []error{
		s.Edit(t.Context(), StudentKind, Key{ID: student}, func(r Record) { *r.(*Student) = Student{Name: name} }),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want, dir := t.TempDir(), t.TempDir()
	if err := s.Export(t.Context(), want, ExportOptions{}); err != nil {
		t.Fatal(err)
	}
	book := filepath.Join(dir, "school.xlsx")
	if err := s.ExportWorkbook(t.Context(), book, ExportOptions{}); err != nil {
		t.Fatal(err)
	}
	excel := filepath.Join(dir, "excel")
	if err := s.Export(t.Context(), excel, ExportOptions{Excel: true}); err != nil {
		t.Fatal(err)
	}
	texts, err := filepath.Glob(filepath.Join(excel, "*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	office := func(out, to string, files ...string) {
		t.Helper()
		command := exec.Command("soffice", append([]string{
			"-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--headless", "--convert-to", to, "--outdir", out,
		}, files...)...)
		command.Env = append(os.Environ(), "HOME="+dir, "LC_ALL=uk_UA.UTF-8", "LANG=uk_UA.UTF-8")
		if text, err := command.CombinedOutput(); err != nil {
			t.Fatalf("soffice: %v\n%s", err, text)
		}
	}
	locale := filepath.Join(dir, "profile", "user", "registrymodifications.xcu")
	if err := os.MkdirAll(filepath.Dir(locale), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(locale, []byte(ukrainian), 0o600); err != nil {
		t.Fatal(err)
	}
	saved := filepath.Join(dir, "saved")
	office(saved, "xlsx", book)
	office(saved, "ods", book)
	// Separator ; (59), quotes, UTF-8 (76), read from the first line in the language 1058, Ukrainian.
	office(filepath.Join(saved, "csv"), "csv:Text - txt - csv (StarCalc):59,34,76,1,,1058,false,true",
		append([]string{"--infilter=CSV:59,34,76,1,,1058,false,true"}, texts...)...)
	for _, from := range []string{
		filepath.Join(saved, "school.xlsx"), filepath.Join(saved, "school.ods"), filepath.Join(saved, "csv"),
	} {
		second, got := openMigrated(t, filepath.Join(t.TempDir(), "school.db")), t.TempDir()
		importFrom(t, second, from)
		if err := second.Export(t.Context(), got, ExportOptions{}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(folder(t, want), folder(t, got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", filepath.Base(from), diff)
		}
		second.Close()
	}
	days, err := os.ReadFile(filepath.Join(saved, "csv", "grades.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.SplitN(string(days), "\n", 3); !strings.Contains(lines[1], ";") {
		t.Errorf("not the CSV of the Ukrainian locale: %q", lines[1])
	}
}

// ukrainian sets the locale of a new profile of LibreOffice.
const ukrainian = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
	xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Setup/L10N">
	<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>uk-UA</value></prop></item>
</oor:items>
`
