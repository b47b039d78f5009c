package dav_test

import (
	"encoding/xml"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/internal/web"
	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// A phone keeps the cards of the book as a CardDAV client does: by a token, ETags and conditional requests.
type phone struct {
	*site
	token string
	etags map[string]string
	cards map[string]string
}

const formType = "application/x-www-form-urlencoded"

type multistatus struct {
	Token     string `xml:"sync-token"`
	Responses []struct {
		Href   string `xml:"href"`
		Status string `xml:"status"`
		ETag   string `xml:"propstat>prop>getetag"`
		Data   string `xml:"propstat>prop>address-data"`
	} `xml:"response"`
}

// sync takes what has changed since the last time, a few changes at once.
func (p *phone) sync() {
	p.Helper()
	for more := true; more; {
		r := p.want(207, p.ask("REPORT", booksPath, `<sync-collection xmlns="DAV:"><sync-token>`+p.token+`</sync-token>
			<sync-level>1</sync-level><limit><nresults>3</nresults></limit><prop><getetag/>
			<C:address-data xmlns:C="urn:ietf:params:xml:ns:carddav"/></prop></sync-collection>`))
		var answer multistatus
		if err := xml.Unmarshal([]byte(r.text), &answer); err != nil {
			p.Fatal(err)
		}
		p.token, more = answer.Token, false
		for _, one := range answer.Responses {
			name := strings.TrimPrefix(one.Href, booksPath)
			switch {
			case name == "":
				more = true
			case strings.Contains(one.Status, "404"):
				delete(p.etags, name)
				delete(p.cards, name)
			default:
				p.etags[name], p.cards[name] = one.ETag, one.Data
			}
		}
	}
}

// edit adds a line to a card, made on what the phone has; when somebody was faster it takes that first.
func (p *phone) edit(name, line string) bool {
	p.Helper()
	return p.change(name, func(card string) string {
		return strings.Replace(card, "END:VCARD", line+"\r\nEND:VCARD", 1)
	})
}

// toggle takes a line out of a card, or adds it.
func (p *phone) toggle(name, line string) {
	p.Helper()
	p.change(name, func(card string) string {
		if without := strings.Replace(card, "\r\n"+line+"\r\n", "\r\n", 1); without != card {
			return without
		}
		return strings.Replace(card, "END:VCARD", line+"\r\nEND:VCARD", 1)
	})
}

func (p *phone) change(name string, change func(card string) string) bool {
	p.Helper()
	for range 10 {
		card, known := p.cards[name]
		if !known {
			return false
		}
		card = change(card)
		r := p.ask("PUT", booksPath+name, card, "If-Match", p.etags[name], "Content-Type", "text/vcard")
		switch r.StatusCode {
		case 204:
			p.etags[name], p.cards[name] = r.Header.Get("ETag"), card
			if p.etags[name] == "" { // the server keeps something else
				p.sync()
			}
			return true
		case 412:
			p.sync()
		default:
			p.Fatalf("status %d: %s", r.StatusCode, r.text)
		}
	}
	p.Fatal("the card keeps changing")
	return false
}

// kept fails unless exactly the members of the group have its tag.
func (s *site) kept(seed uint64) {
	s.Helper()
	groups, err := s.book.Store.Groups(s.Context())
	if err != nil {
		s.Fatal(err)
	}
	for c, err := range s.book.AllContacts(s.Context(), assistant.ContactQuery{}) {
		if err != nil {
			s.Fatal(err)
		}
		for _, g := range groups { // there is at most one
			uid := "urn:uuid:" + strings.TrimPrefix(between(string(c.VCard()), "UID:", "\r\n"), "urn:uuid:")
			member := strings.Contains(string(g.VCard()), "\r\nMEMBER:"+uid+"\r\n")
			if tagged := slices.Contains(c.Tags, "Хор"); tagged != member {
				s.Errorf("seed %d: %s: tagged %t, a member %t", seed, c.Name, tagged, member)
			}
		}
	}
}

// Whatever two phones, the console, the browser and the API do, in whatever order, all end with the same cards, nothing
// that was confirmed is lost, and the members of a group are those who have its tag.
func converge(t *testing.T, s *site, seed uint64, steps int) {
	random := rand.New(rand.NewPCG(seed, 24))
	phones := []*phone{
		{site: s, etags: map[string]string{}, cards: map[string]string{}},
		{site: s, etags: map[string]string{}, cards: map[string]string{}},
	}
	for _, p := range phones {
		p.sync() // from the beginning nothing is gone
	}
	done := map[string][]string{"group.vcf": {"X-GROUP:1"}} // the lines that each card must have
	s.want(201, s.ask("PUT", booksPath+"group.vcf", groupOf("Хор")[:len(groupOf("Хор"))-len("END:VCARD\r\n")]+
		"X-GROUP:1\r\nEND:VCARD\r\n"))
	login := s.want(303, s.ask("POST", "/login", "name=olena&password=password+of+olena", "Content-Type", formType))
	session, _, _ := strings.Cut(login.Header.Get("Set-Cookie"), ";")
	anybody := func() *assistant.Contact {
		page, err := s.book.Store.ListContacts(t.Context(), assistant.ContactQuery{})
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Contacts) == 0 {
			return nil
		}
		return page.Contacts[random.IntN(len(page.Contacts))]
	}
	for step := range steps {
		p := phones[random.IntN(2)]
		names := slices.Sorted(maps.Keys(p.cards))
		line := fmt.Sprintf("X-STEP:%d", step)
		switch what := random.IntN(15); {
		case what < 3 || len(names) == 0:
			name := fmt.Sprintf("c%d.vcf", step)
			card := cardOf(fmt.Sprint("uid-", step), fmt.Sprint("Хтось ", step), line)
			r := s.want(201, s.ask("PUT", booksPath+name, card, "If-None-Match", "*"))
			p.etags[name], p.cards[name] = r.Header.Get("ETag"), card
			done[name] = append(done[name], line)
		case what < 6:
			if name := names[random.IntN(len(names))]; p.edit(name, line) {
				done[name] = append(done[name], line)
			}
		case what < 7:
			name := names[random.IntN(len(names))]
			if r := s.ask("DELETE", booksPath+name, "", "If-Match", p.etags[name]); r.StatusCode == 204 {
				delete(p.cards, name)
				delete(p.etags, name)
				delete(done, name)
			} else if r.StatusCode != 412 {
				t.Fatalf("status %d: %s", r.StatusCode, r.text)
			}
		case what < 8: // a program adds a contact
			name := fmt.Sprintf("Програма %d", step)
			r := s.want(201, s.ask("POST", "/api/v1/contacts", `{"name":"`+name+`","note":"`+line+`"}`,
				"Content-Type", "application/json"))
			id := between(r.text, `"id":"`, `"`)
			done[id+".vcf"] = append(done[id+".vcf"], line)
		case what < 9:
			if c := anybody(); c != nil {
				note := c.Note + line
				if _, _, err := s.book.EditContact(t.Context(), c.ID, 0, assistant.ContactInput{Note: &note}); err != nil {
					t.Fatal(err)
				}
				done[c.CardName()] = append(done[c.CardName()], line)
			}
		case what < 10: // and so does somebody in a browser
			form := "name=Хтось&note=" + url.QueryEscape(line)
			r := s.want(303, s.ask("POST", "/contacts", form, "Content-Type", formType, "Cookie", session))
			name := strings.TrimPrefix(r.Header.Get("Location"), "/contacts/") + ".vcf"
			done[name] = append(done[name], line)
		case what < 12: // the console tags, or takes the tag
			if c := anybody(); c != nil {
				tags := assistant.ListInput{Add: []string{"Хор"}}
				if slices.Contains(c.Tags, "Хор") {
					tags = assistant.ListInput{Remove: []string{"Хор"}}
				}
				in := assistant.ContactInput{Tags: tags}
				if _, _, err := s.book.EditContact(t.Context(), c.ID, 0, in); err != nil {
					t.Fatal(err)
				}
			}
		case what < 13: // a phone that knows groups
			if c := anybody(); c != nil {
				uid := strings.TrimPrefix(between(string(c.VCard()), "UID:", "\r\n"), "urn:uuid:")
				p.toggle("group.vcf", "MEMBER:urn:uuid:"+uid)
			}
		case what < 14: // one that knows categories
			if name := names[random.IntN(len(names))]; name != "group.vcf" {
				p.toggle(name, "CATEGORIES:Хор")
			}
		default:
			p.sync()
		}
	}
	s.kept(seed)
	for _, p := range phones {
		p.sync()
	}
	if diff := cmp.Diff(phones[0].cards, phones[1].cards); diff != "" {
		t.Errorf("seed %d: the phones differ: %s", seed, diff)
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(done)), slices.Sorted(maps.Keys(phones[0].cards))); diff != "" {
		t.Errorf("seed %d: %s", seed, diff)
	}
	for name, lines := range done {
		for _, line := range lines {
			if !strings.Contains(strings.ReplaceAll(phones[0].cards[name], "\r\n ", ""), line) {
				t.Errorf("seed %d: %s has lost %s", seed, name, line)
			}
		}
		if got := s.ask("GET", booksPath+name, ""); got.text != phones[0].cards[name] {
			t.Errorf("seed %d: %s is another one on the phones", seed, name)
		}
	}
}

func TestAllConverge(t *testing.T) {
	for seed := range uint64(consoletest.Count(3, 100)) {
		converge(t, newSite(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db")), seed, 60)
	}
}

// So it is with a cache in front of the server's store, past which the console writes.
func TestAllConvergeBehindCache(t *testing.T) {
	redis, dsn := storagetest.Redis(t), "sqlite:"+filepath.Join(t.TempDir(), "book.db")
	converge(t, newSite(t, dsn, func(o *web.Options) {
		store, err := backend.Open(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		cached, err := backend.WithCache(store, redis.URL)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := cached.Close(); err != nil {
				t.Error(err)
			}
		})
		o.Library = cached
	}), 9, 40)
}

func TestAllConvergeOnPostgres(t *testing.T) {
	converge(t, newSite(t, storagetest.Postgres(t).Database(t)), 7, 40)
}

func TestAllConvergeOnMongoDB(t *testing.T) {
	converge(t, newSite(t, storagetest.Mongo(t).MongoDatabase(t)), 8, 40)
}
