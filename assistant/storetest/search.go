package storetest

import (
	"github.com/pythonweb/goweb/assistant"
)

func (s *suite) search(words string) assistant.SearchResult {
	s.Helper()
	result, err := s.store.Search(s.ctx, assistant.SearchQuery{Words: words})
	s.ok(err)
	s.equal(
		"total of "+words,
		[2]int{len(result.Contacts), len(result.Notes)},
		[2]int{result.TotalContacts, result.TotalNotes},
	)
	page, err := s.store.Search(s.ctx, assistant.SearchQuery{Words: words, Skip: 1, Limit: 2})
	s.ok(err)
	s.equal("total of a page of "+words, result.TotalContacts, page.TotalContacts)
	from, to := min(1, len(result.Contacts)), min(3, len(result.Contacts))
	s.equal("a page of "+words, names(result.Contacts[from:to]), names(page.Contacts))
	return result
}

func searchAnyText(s *suite) {
	s.contact("Олексій Ґеник", func(c *assistant.Contact) {
		c.Phones = []assistant.Phone{{E164: "+380671234567", Typed: "(067) 123-45-67"}}
		c.Emails = []assistant.Email{{Address: "oleksii_g@example.com"}}
		c.Addresses = []assistant.Address{{Street: "вул. Хрещатик, 1", Locality: "Київ"}}
		c.Tags = []string{"родина"}
	})
	s.contact("Марія О’Коннор", func(c *assistant.Contact) {
		c.Organization, c.Note = "Straße & Söhne", "знижка 100% * \"щедро\""
	})
	s.contact("Іван Їжак", func(c *assistant.Contact) { c.Nickname = "Ёлка🙂" })
	s.contact("Ван Їржі", func(c *assistant.Contact) { c.Note = "a_b\\c" })
	s.note("Список", "хліб, молоко — 50%")
	s.note("", "Подзвонити 067-123 Олексієві", func(n *assistant.Note) { n.Tags = []string{"справи"} })
	oleksii, mariia, ivan, van := "Олексій Ґеник", "Марія О’Коннор", "Іван Їжак", "Ван Їржі"
	for words, want := range map[string][]string{
		"":              nil,
		"  ":            nil,
		"олексій":       {oleksii},
		"ОЛЕКСІЙ ґеник": {oleksii},
		"ґеник  олекс":  {oleksii},
		"геник":         nil,
		"олексий":       nil,
		"олексіи\u0306": {oleksii},
		"їжак":          {ivan},
		"іжак":          nil,
		"ван":           {van, ivan},
		"їж":            {ivan},
		"о'коннор":      {mariia},
		"оʼконнор":      {mariia},
		"О`КОННОР":      {mariia},
		"strasse":       {mariia},
		"STRASSE":       {mariia},
		"söhne":         {mariia},
		"sohne":         nil,
		"0671234567":    {oleksii},
		"380671234567":  {oleksii},
		"+38(067)":      {oleksii},
		"067 45-67":     {oleksii},
		"123-45":        {oleksii},
		"34567":         {oleksii},
		"9999":          nil,
		"oleksii_g":     {oleksii},
		"oleksiiXg":     nil,
		"example.com":   {oleksii},
		"хрещатик київ": {oleksii},
		"родина":        {oleksii},
		"100%":          {mariia},
		"%":             {mariia},
		"*":             {mariia},
		"\"":            {mariia},
		"\"щедро\"":     {mariia},
		"_":             {van, oleksii},
		"a_b":           {van},
		"a%b":           nil,
		"b\\c":          {van},
		"\\":            {van},
		"-":             {oleksii},
		"🙂":             {ivan},
		"ёлка🙂":         {ivan},
		"елка":          nil,
		"' OR 1=1 --":   nil,
		"NEAR(олексій)": nil,
		"олексій AND":   nil,
		"\x00\xff":      nil,
	} {
		s.equal("contacts with "+words, want, names(s.search(words).Contacts))
	}
	for words, want := range map[string][]string{
		"молоко хліб": {"Список"},
		"%":           {"Список"},
		"справи":      {"Подзвонити 067-123 Олексієві"},
		"067-12":      {"Подзвонити 067-123 Олексієві"},
		"спис":        {"Список"},
		"ол":          {"Список", "Подзвонити 067-123 Олексієві"},
	} {
		got := headings(s.search(words).Notes)
		if words == "ол" {
			want = []string{"Подзвонити 067-123 Олексієві", "Список"}
		}
		s.equal("notes with "+words, want, got)
	}
}

func searchRanks(s *suite) {
	s.contact("Богдана Івановська")
	s.contact("Петро", func(c *assistant.Contact) { c.Note = "друг, якого звати Іван" })
	s.contact("Іванна")
	s.contact("Диван Меблевий")
	s.contact("Іван")
	s.contact("Іван Аист")
	s.contact("Аня Іваненко")
	want := []string{"Іван", "Іван Аист", "Іванна", "Аня Іваненко", "Богдана Івановська", "Петро"}
	s.equal("best first", want, names(s.search("іван").Contacts))
	s.equal("short words",
		[]string{"Аня Іваненко", "Богдана Івановська", "Диван Меблевий", "Іван", "Іван Аист", "Іванна", "Петро"},
		names(s.search("ва").Contacts))

	all, err := s.store.Search(s.ctx, assistant.SearchQuery{Words: "іван", Skip: 1, Limit: 2})
	s.ok(err)
	s.equal("part of the hits", want[1:3], names(all.Contacts))
	s.equal("total", 6, all.TotalContacts)
	beyond, err := s.store.Search(s.ctx, assistant.SearchQuery{Words: "іван", Skip: 100, Limit: 2})
	s.ok(err)
	s.equal("beyond the hits", 0, len(beyond.Contacts))
}

func searchFollowsChanges(s *suite) {
	c, n := s.contact("Старе ім'я"), s.note("Стара назва", "")
	c.Name, c.Parts, n.Title = "Нове ім'я", assistant.NameParts{}, "Нова назва"
	s.ok(s.store.SaveContacts(s.ctx, c))
	s.ok(s.store.SaveNotes(s.ctx, n))
	s.equal("old words", 0, len(s.search("стар").Contacts)+len(s.search("стар").Notes))
	s.equal("new words", 2, len(s.search("нов").Contacts)+len(s.search("нов").Notes))
	s.ok(s.store.DeleteContact(s.ctx, c.ID, 0))
	s.ok(s.store.DeleteNote(s.ctx, n.ID, 0))
	s.equal("words of what was removed", 0, len(s.search("нов").Contacts)+len(s.search("нов").Notes))
	s.contact("Нове життя")
	s.equal("new contact", []string{"Нове життя"}, names(s.search("нове").Contacts))
}

// searchFields asks for tags, organisations, numbers, phrases, and for what must not be there.
func searchFields(s *suite) {
	people(s)
	baker, dancer, quoter := "Олександр Петренко", "Ігор Мороз", "Zoë Smith"
	for words, want := range map[string][]string{
		"tag:робота":          {dancer, baker},
		"tag:РОБОТА":          {dancer, baker},
		"tag:робот":           nil,
		"tag:\"добрі друзі\"": {dancer},
		"tag:робота -торт":    {baker},
		"org:пекар":           {baker},
		"org:торт":            nil,
		"phone:067123":        {baker},
		"phone:(067)12":       {baker},
		"phone:петренко":      nil,
		"\"торт без\"":        {dancer},
		"\"без торт\"":        nil,
		"\"торт":              {quoter},
		"торт -\"торт без\"":  {quoter},
		"петренко tag:робота": {baker},
		"петренко tag:родина": nil,
		"мороз -":             nil,
	} {
		s.equal("contacts with "+words, want, names(s.search(words).Contacts))
	}
}

// people saves three contacts with what searches distinguish.
func people(s *suite) {
	s.contact("Олександр Петренко", func(c *assistant.Contact) {
		c.Organization, c.Tags = "Пекарня Хліб", []string{"робота"}
		c.Phones = []assistant.Phone{{E164: "+380671234567", Typed: "067 123 45 67"}}
	})
	s.contact("Ігор Мороз", func(c *assistant.Contact) {
		c.Tags, c.Note = []string{"Робота", "добрі друзі"}, "торт без цукру"
	})
	s.contact("Zoë Smith", func(c *assistant.Contact) { c.Note = "said \"торт" })
}

// searchForgives asks for words with a mistake, in the other keyboard layout and in Latin letters.
func searchForgives(s *suite) {
	people(s)
	s.note("Рецепт", "шоколадний десерт")
	for words, want := range map[string][]string{
		"Петернко":         {"Олександр Петренко"}, // swapped
		"Петринко":         {"Олександр Петренко"}, // wrong
		"Петрнко":          {"Олександр Петренко"}, // missing
		"Петрренко":        {"Олександр Петренко"}, // too many
		"gtnhtyrj":         {"Олександр Петренко"}, // the other layout
		"Petrenko":         {"Олександр Петренко"}, // Latin for Cyrillic
		"Oleksandr Petren": {"Олександр Петренко"},
		"Ігор Морзо":       {"Ігор Мороз"},
		"Smiht":            {"Zoë Smith"},
		"Мроз":             nil, // four letters
		"Птернеко":         nil, // two mistakes
		"Петернко tag:x":   nil,
		"Петернко -хліб":   nil,
		"067123":           {"Олександр Петренко"},
		"067132":           nil, // in numbers no mistake is tolerated
	} {
		result, err := s.store.Search(s.ctx, assistant.SearchQuery{Words: words, Similar: true})
		s.ok(err)
		s.equal("contacts similar to "+words, want, names(result.Contacts))
		if words != "067123" {
			s.equal("contacts with "+words, 0, len(s.search(words).Contacts))
		}
	}
	result, err := s.store.Search(s.ctx, assistant.SearchQuery{Words: "шоколдаиний", Similar: true})
	s.ok(err)
	s.equal("two mistakes in a long word", 0, len(result.Notes))
	result, err = s.store.Search(s.ctx, assistant.SearchQuery{Words: "шокаладний", Similar: true})
	s.ok(err)
	s.equal("notes with a mistake", []string{"Рецепт"}, headings(result.Notes))
}
