package dav_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-vcard"
	"github.com/emersion/go-webdav"
	"github.com/emersion/go-webdav/carddav"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend/backendtest"
	"github.com/pythonweb/goweb/assistant/internal/exchange"
	"github.com/pythonweb/goweb/console/consoletest"
)

// A device is a folder of cards that vdirsyncer keeps like the book.
type device struct {
	*testing.T
	program, folder, config string
}

func (s *site) device(name string) *device {
	s.Helper()
	d := &device{T: s.T, program: consoletest.Need(s, "vdirsyncer", "vdirsyncer"), folder: filepath.Join(s.TempDir(),
		name)}
	d.config = filepath.Join(d.folder, "config")
	text := fmt.Sprintf(`[general]
status_path = %q
[pair contacts]
a = "device"
b = "server"
collections = ["contacts"]
conflict_resolution = "b wins"
[storage device]
type = "filesystem"
path = %q
fileext = ".vcf"
[storage server]
type = "carddav"
url = %q
username = "olena"
password = %q
`, filepath.Join(d.folder, "status"), filepath.Join(d.folder, "cards"), s.url+"/", s.app)
	if err := os.MkdirAll(filepath.Join(d.folder, "cards", "contacts"), 0o700); err != nil {
		s.Fatal(err)
	}
	if err := os.WriteFile(d.config, []byte(text), 0o600); err != nil {
		s.Fatal(err)
	}
	d.run("discover")
	return d
}

func (d *device) run(command string) {
	d.Helper()
	cmd := exec.CommandContext(d.Context(), d.program, "--config", d.config, command)
	cmd.Env = append(os.Environ(), "HOME="+d.folder)
	cmd.Stdin = strings.NewReader("y\ny\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		d.Fatalf("vdirsyncer %s: %v\n%s", command, err, out)
	}
}

// path returns the file of a card: the client names it, or a new one is named by the UID.
func (d *device) path(uid string) string {
	d.Helper()
	folder := filepath.Join(d.folder, "cards", "contacts")
	files, err := filepath.Glob(filepath.Join(folder, "*.vcf"))
	if err != nil {
		d.Fatal(err)
	}
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil && strings.Contains(string(text), "UID:"+uid+"\r\n") {
			return file
		}
	}
	return filepath.Join(folder, uid+".vcf")
}

func (d *device) write(uid, card string) {
	d.Helper()
	if err := os.WriteFile(d.path(uid), []byte(card), 0o600); err != nil {
		d.Fatal(err)
	}
}

// cards returns the cards of the device by their UIDs.
func (d *device) cards() map[string]string {
	d.Helper()
	files, err := filepath.Glob(filepath.Join(d.folder, "cards", "contacts", "*.vcf"))
	if err != nil {
		d.Fatal(err)
	}
	found := make(map[string]string)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			d.Fatal(err)
		}
		_, uid, _ := strings.Cut(string(text), "UID:")
		uid, _, _ = strings.Cut(uid, "\r\n")
		found[uid] = string(text)
	}
	return found
}

// Two devices and the console keep one book: what one makes, changes or deletes the others have, and where two change
// one card, both end with the same.
func TestTwoDevices(t *testing.T) {
	s := newSite(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
	one, two := s.device("one"), s.device("two")
	one.write("a", cardOf("a", "Олена"))
	one.write("b", cardOf("b", "Тарас"))
	one.run("sync")
	here, err := s.book.AddContact(t.Context(), assistant.ContactInput{Name: new("Звідси")})
	if err != nil {
		t.Fatal(err)
	}
	two.run("sync")
	if got := two.cards(); got["a"] != cardOf("a", "Олена") || len(got) != 3 || got["urn:uuid:"+here.ID] == "" {
		t.Fatalf("%q", got)
	}
	two.write("a", cardOf("a", "Олена Коваль"))
	if err := os.Remove(two.path("b")); err != nil {
		t.Fatal(err)
	}
	two.run("sync")
	note := "з консолі"
	if _, _, err := s.book.EditContact(t.Context(), "Звідси", 0, assistant.ContactInput{Note: &note}); err != nil {
		t.Fatal(err)
	}
	one.run("sync")
	got := one.cards()
	if got["a"] != cardOf("a", "Олена Коваль") || len(got) != 2 || !strings.Contains(got["urn:uuid:"+here.ID],
		"NOTE:з консолі") {
		t.Fatalf("%q", got)
	}
	one.write("a", cardOf("a", "Олена Перша"))
	two.write("a", cardOf("a", "Олена Друга"))
	for _, d := range []*device{one, two, one} {
		d.run("sync")
	}
	first, second := one.cards()["a"], two.cards()["a"]
	if first != second || first != cardOf("a", "Олена Перша") {
		t.Errorf("%q %q", first, second)
	}
	trash, err := s.book.Store.Trash(t.Context(), assistant.KindContact)
	if err != nil || len(trash) != 1 || trash[0].Name != "Тарас" || trash[0].Via != assistant.ViaCardDAV ||
		trash[0].Label != "phone" {
		t.Error(trash, err)
	}
}

// Another library's client finds the book, keeps it and follows its changes.
func TestGoWebDAV(t *testing.T) {
	s := memory(t)
	ctx := t.Context()
	transport := &http.Client{}
	defer transport.CloseIdleConnections()
	session := webdav.HTTPClientWithBasicAuth(transport, "olena", s.app)
	files, err := webdav.NewClient(session, s.url+"/dav/")
	if err != nil {
		t.Fatal(err)
	}
	principal, err := files.FindCurrentUserPrincipal(ctx)
	if err != nil {
		t.Fatal(err)
	}
	client, err := carddav.NewClient(session, s.url+"/dav/")
	if err != nil {
		t.Fatal(err)
	}
	if err := client.HasSupport(ctx); err != nil {
		t.Error(err)
	}
	home, err := client.FindAddressBookHomeSet(ctx, principal)
	if err != nil {
		t.Fatal(err)
	}
	books, err := client.FindAddressBooks(ctx, home)
	if err != nil || len(books) != 1 || books[0].Path != booksPath || books[0].MaxResourceSize != assistant.MaxCard {
		t.Fatal(books, err)
	}
	card := make(vcard.Card)
	card.SetValue(vcard.FieldVersion, "4.0")
	card.SetValue(vcard.FieldUID, "go")
	card.SetValue(vcard.FieldFormattedName, "Оксана Ґудзь")
	if _, err := client.PutAddressObject(ctx, booksPath+"go.vcf", card); err != nil {
		t.Fatal(err)
	}
	object, err := client.GetAddressObject(ctx, booksPath+"go.vcf")
	if err != nil || object.Card.PreferredValue(vcard.FieldFormattedName) != "Оксана Ґудзь" || object.ETag == "" {
		t.Error(object, err)
	}
	found, err := client.QueryAddressBook(ctx, booksPath, &carddav.AddressBookQuery{
		DataRequest: carddav.AddressDataRequest{AllProp: true},
		PropFilters: []carddav.PropFilter{{
			Name:        vcard.FieldFormattedName,
			TextMatches: []carddav.TextMatch{{Text: "ґУДЗЬ"}},
		}},
	})
	if err != nil || len(found) != 1 || found[0].Path != booksPath+"go.vcf" {
		t.Error(found, err)
	}
	changes, err := client.SyncCollection(ctx, booksPath, &carddav.SyncQuery{})
	if err != nil || len(changes.Updated) != 1 || changes.SyncToken == "" {
		t.Fatal(changes, err)
	}
	if err := files.RemoveAll(ctx, booksPath+"go.vcf"); err != nil {
		t.Fatal(err)
	}
	changes, err = client.SyncCollection(ctx, booksPath, &carddav.SyncQuery{SyncToken: changes.SyncToken})
	if err != nil || len(changes.Deleted) != 1 || len(changes.Updated) != 0 {
		t.Error(changes, err)
	}
}

// What another server has comes in by its address, byte for byte, and a second time nothing changes.
func TestImportFromAServer(t *testing.T) {
	s := memory(t)
	for _, uid := range []string{"a", "b"} {
		s.want(201, s.ask("PUT", booksPath+uid+".vcf", cardOf(uid, "Хтось "+uid, "X-OWN:1")))
	}
	here := &assistant.Book{Store: backendtest.Open(t, "sqlite::memory:"), Location: time.UTC}
	remote := exchange.Remote{URL: s.url + "/dav/", Login: "olena", Password: s.app}
	for _, want := range []assistant.ImportSummary{{Added: 2}, {Unchanged: 2}} {
		got, err := here.Importer(func(err error) { t.Error(err) }).ReadCards(t.Context(), remote.Cards(t.Context()), s.url)
		if err != nil || got != want {
			t.Errorf("%+v %v", got, err)
		}
	}
	c, err := here.ContactNamed(t.Context(), "Хтось a")
	if err != nil || string(c.VCard()) != cardOf("a", "Хтось a", "X-OWN:1") {
		t.Error(c, err)
	}
	remote.Password = "guess"
	for _, err := range remote.Cards(t.Context()) {
		if err == nil || !strings.Contains(err.Error(), "401") {
			t.Error(err)
		}
	}
}

// khard reads what vdirsyncer has brought.
func TestKhard(t *testing.T) {
	program := consoletest.Need(t, "khard", "khard")
	s := memory(t)
	s.want(201, s.ask("PUT", booksPath+"a.vcf", cardOf("a", "Олена Їжак", "EMAIL:olena@example.com",
		"TEL;TYPE=CELL:+380671234567")))
	d := s.device("one")
	d.run("sync")
	config := filepath.Join(d.folder, "khard.conf")
	text := fmt.Sprintf("[addressbooks]\n[[one]]\npath = %s\n", filepath.Join(d.folder, "cards", "contacts"))
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, "--config", config, "email", "--parsable", "їжак")
	cmd.Env = append(os.Environ(), "HOME="+d.folder, "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "olena@example.com\tОлена Їжак") {
		t.Errorf("%v %s", err, out)
	}
}
