package sheet

import (
	"archive/zip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// all reads a table as lines of cells between bars, with their numbers.
func all(t *testing.T, table *Table) []string {
	t.Helper()
	rows, err := table.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var lines []string
	for {
		cells, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return lines
		}
		if err != nil {
			t.Fatal(err)
		}
		texts := make([]string, len(cells))
		for i, cell := range cells {
			texts[i] = string(cell)
		}
		lines = append(lines, strings.Join(texts, "|"))
	}
}

func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func one(t *testing.T, path string) *Table {
	t.Helper()
	tables, err := Open(path, func(string) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	if len(tables) != 1 {
		t.Fatalf("%d tables, want 1", len(tables))
	}
	return &tables[0]
}

func TestEncodings(t *testing.T) {
	const text = "Учень;Клас\r\nҐудзь Ілля;9-Б\r\nЄва «Її»;№ 7\r\n"
	want := []string{"Учень|Клас", "Ґудзь Ілля|9-Б", "Єва «Її»|№ 7"}
	encoded := map[string][]byte{"UTF-8": []byte(text), "UTF-8 with a mark": []byte("\ufeff" + text)}
	for name, e := range map[string]interface {
		String(string) (string, error)
	}{
		"Windows-1251":        charmap.Windows1251.NewEncoder(),
		"UTF-16LE, mark":      unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(),
		"UTF-16BE, mark":      unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder(),
		"UTF-16LE, no mark":   unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder(),
		"UTF-16BE, no mark":   unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder(),
		"Windows-1251, again": charmap.Windows1251.NewEncoder(),
	} {
		coded, err := e.String(text)
		if err != nil {
			t.Fatal(err)
		}
		encoded[name] = []byte(coded)
	}
	encoded["a line sep="] = []byte("sep=;\r\n" + text)
	for name, data := range encoded {
		// Without letters nothing tells UTF-16 but the zeros between.
		if diff := cmp.Diff(want, all(t, one(t, write(t, "a.csv", data)))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// One wrong byte in a file of UTF-8 does not make it one of Windows-1251.
func TestBrokenUTF8(t *testing.T) {
	lines := all(t, one(t, write(t, "a.csv", []byte("id,name\n1,Ґудзь\n2,\xff\n"))))
	if diff := cmp.Diff([]string{"id|name", "1|Ґудзь", "2|\xff"}, lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestXLSX(t *testing.T) {
	book := excelize.NewFile()
	defer book.Close()
	for cell, value := range map[string]any{
		"A1": "Учень", "B1": "Оцінка", "C1": "Дата", "A3": " Ґудзь", "B3": 8.3, "C3": 46174, "A4": "x", "D4": true,
	} {
		if err := book.SetCellValue("Sheet1", cell, value); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := book.NewSheet("empty"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.xlsx")
	if err := book.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	table := one(t, path)
	if table.Name != "Sheet1" || table.File != "a.xlsx/Sheet1" {
		t.Errorf("%q %q", table.Name, table.File)
	}
	want := []string{"Учень|Оцінка|Дата", " Ґудзь|8.3|46174", "x|||1"}
	if diff := cmp.Diff(want, all(t, table)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

const content = `<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
	xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
	xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet>
<table:table table:name="Оцінки"><table:table-column table:number-columns-repeated="4"/>
<table:table-row><table:table-cell office:value-type="string"><text:p>Учень</text:p></table:table-cell>
	<table:table-cell><text:p>Оцінка</text:p></table:table-cell>
	<table:table-cell table:number-columns-repeated="16000"/></table:table-row>
<table:table-row table:number-rows-repeated="2">
	<table:table-cell table:number-columns-repeated="16000"/></table:table-row>
<table:table-row table:number-rows-repeated="2">
	<table:table-cell><office:annotation><text:p>a comment</text:p></office:annotation>
		<text:p>Ґудзь<text:s text:c="2"/>І<text:span>лля</text:span></text:p><text:p>two</text:p></table:table-cell>
	<table:table-cell office:value-type="float" office:value="8.3000000000000007"><text:p>8,3</text:p></table:table-cell>
	<table:table-cell office:value-type="date" office:date-value="2026-06-01"><text:p>01.06.26</text:p></table:table-cell>
</table:table-row>
<table:table-row table:number-rows-repeated="1048000">
	<table:table-cell table:number-columns-repeated="16000"/></table:table-row>
</table:table>
<table:table table:name="empty"/>
</office:spreadsheet></office:body></office:document-content>`

func TestODS(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.ods")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	archive := zip.NewWriter(file)
	w, err := archive.Create("content.xml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, content); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(archive.Close(), file.Close()); err != nil {
		t.Fatal(err)
	}
	table := one(t, path)
	if table.Name != "Оцінки" {
		t.Error(table.Name)
	}
	var got []string
	for _, line := range all(t, table) {
		got = append(got, strings.TrimRight(line, "|"))
	}
	row := "Ґудзь  Ілля\ntwo|8.3|2026-06-01"
	if diff := cmp.Diff([]string{"Учень|Оцінка", row, row}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	rows, err := table.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var numbers []int
	for range 3 {
		if _, err := rows.Read(); err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, rows.Line())
	}
	if diff := cmp.Diff([]int{1, 4, 5}, numbers); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNoSpreadsheet(t *testing.T) {
	for name, data := range map[string]string{
		"old.xls": "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more", "broken.xlsx": "PK\x03\x04 and no more",
		"grades.csv": "PK\x03\x04",
	} {
		if tables, err := Open(write(t, name, []byte(data)), nil); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v, %v", name, tables, err)
		}
	}
}

// A workbook keeps seventeen digits.
func TestShortest(t *testing.T) {
	for text, want := range map[string]string{
		"8.3000000000000007": "8.3", "9.8000000000000007": "9.8", "46174.5": "46174.5", "Ґудзь": "Ґудзь", "1.0": "1.0",
		"9223372036854775807": "9223372036854775807",
	} {
		if got := shortest(text); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}
