package listing_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/listing"
)

func orders(t testing.TB) map[string]listing.Order {
	t.Helper()
	all := map[string]listing.Order{}
	for _, sort := range []assistant.Sort{"", assistant.SortName, assistant.SortBirthday, assistant.SortUpdated} {
		order, err := listing.Contacts(sort)
		if err != nil {
			t.Fatal(err)
		}
		all[fmt.Sprintf("contacts by %q", sort)] = order
	}
	for _, sort := range []assistant.Sort{"", assistant.SortDate, assistant.SortTitle, assistant.SortTag} {
		order, err := listing.Notes(sort)
		if err != nil {
			t.Fatal(err)
		}
		all[fmt.Sprintf("notes by %q", sort)] = order
	}
	return all
}

// Every order ends with the id, so that no two places are equal, and has a key for each of its fields.
func TestOrdersAreUnique(t *testing.T) {
	c := &assistant.Contact{ID: "1", Name: "Їжак", Updated: time.UnixMilli(1_700_000_000_123)}
	n := &assistant.Note{ID: "1", Text: "хліб", Updated: c.Updated, Pinned: true, Tags: []string{"дім"}}
	for name, order := range orders(t) {
		if order[len(order)-1] != "id" {
			t.Errorf("%s: %v", name, order)
		}
		keys := listing.NoteKeys(n)
		if contact := listing.ContactKeys(c); order[0] == "name_key" || order[0] == "month_day" || order[0] == "recency" {
			keys = contact
		}
		place, err := order.Place(order.Cursor(keys))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for i, field := range order {
			if fmt.Sprint(keys.Value(field)) != fmt.Sprint(place[i]) {
				t.Errorf("%s: %s is %v in a cursor and was %v", name, field, place[i], keys.Value(field))
			}
		}
	}
}

func TestUnknownOrders(t *testing.T) {
	if _, err := listing.Contacts(assistant.SortTitle); err == nil {
		t.Error("contacts have no titles")
	}
	if _, err := listing.Notes(assistant.SortBirthday); err == nil {
		t.Error("notes have no birthdays")
	}
}

// A cursor comes back from outside: what is no place in this list is refused.
func FuzzPlace(f *testing.F) {
	for _, text := range []string{
		"", "null", "[]", `["a","1"]`, `[1,"a","1"]`, `["a","a","1"]`, `[1.5,"a","1"]`, `[1e99,"a","1"]`,
		`[true,"a","1"]`, `[{},"a","1"]`, `[1,2,3]`,
	} {
		f.Add(base64.RawURLEncoding.EncodeToString([]byte(text)))
	}
	f.Add("%")
	order := orders(f)[`contacts by "birthday"`]
	f.Fuzz(func(t *testing.T, cursor string) {
		place, err := order.Place(cursor)
		if err != nil {
			return
		}
		day, isNumber := place[0].(int64)
		name, isText := place[1].(string)
		id, isID := place[2].(string)
		if len(place) != 3 || !isNumber || !isText || !isID {
			t.Fatalf("%q is the place %v", cursor, place)
		}
		again, err := order.Place(order.Cursor(listing.Keys{MonthDay: day, Name: name, ID: id}))
		if diff := cmp.Diff(place, again); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
	})
}

// A page is cut where its limit is, and has a cursor only if something is left.
func TestCut(t *testing.T) {
	order := orders(t)[`contacts by "name"`]
	list := []*assistant.Contact{{ID: "1", Name: "А"}, {ID: "2", Name: "Б"}, {ID: "3", Name: "В"}}
	for _, test := range []struct{ limit, want int }{{0, 3}, {1, 1}, {2, 2}, {3, 3}, {4, 3}} {
		page, next := listing.Cut(order, list, test.limit, listing.ContactKeys)
		if len(page) != test.want || (next == "") != (test.want == 3) {
			t.Errorf("limit %d: %d on the page, next %q", test.limit, len(page), next)
		}
		if next != "" && next != order.Cursor(listing.ContactKeys(page[len(page)-1])) {
			t.Errorf("limit %d: the cursor is not that of the last", test.limit)
		}
	}
}

func TestSortTags(t *testing.T) {
	counts := []assistant.TagCount{{Tag: "яр"}, {Tag: "Ґанок"}, {Tag: "zoo"}, {Tag: "гай"}, {Tag: "7"}}
	listing.SortTags(counts)
	text, err := json.Marshal(counts)
	want := `[{"tag":"7","count":0},{"tag":"гай","count":0},{"tag":"Ґанок","count":0},` +
		`{"tag":"яр","count":0},{"tag":"zoo","count":0}]`
	if diff := cmp.Diff(want, string(text)); err != nil || diff != "" {
		t.Error(err, diff)
	}
}
