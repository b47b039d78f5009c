package storetest

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"github.com/pythonweb/goweb/assistant"
)

// A Sample makes invented people and notes, in Ukrainian and in English, and queries for them. The same seed gives the
// same ones.
type Sample struct{ random *rand.Rand }

// NewSample returns a sample for a seed.
func NewSample(seed uint64) *Sample { return &Sample{rand.New(rand.NewPCG(seed, 10))} }

func (s *Sample) one(list []string) string { return list[s.random.IntN(len(list))] }

func (s *Sample) id() string {
	var id uuid.UUID
	for i := range id {
		id[i] = byte(s.random.IntN(256))
	}
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return id.String()
}

func sampleWords() (given, family, latinGiven, latinFamily, towns, streets, words, tags []string) {
	return []string{
			"Олена", "Тарас", "Марія", "Іван", "Софія", "Богдан", "Ганна", "Данило", "Євген", "Їванка", "Ґалина",
			"Юрій", "Ярослава", "Назар", "Щасна", "Лук'ян", "Дем’ян", "Соломія", "Остап", "Вікторія", "Ігор",
			"Жанна", "Кирило", "Лариса", "Микола", "Надія", "Оксана", "Петро", "Роман", "Уляна",
		}, []string{
			"Шевченко", "Мельник", "Коваленко", "Бондаренко", "Ткаченко", "Кравченко", "Олійник", "Ґудзь",
			"Їжакевич", "Щербина", "Соловей", "В'язовський", "Лисенко", "Марченко", "Поліщук", "Руденко",
			"Савченко", "Гаврилюк", "Дячук", "Заєць", "Кузьменко", "Литвин", "Мороз", "Назаренко", "Павленко",
		}, []string{"Emma", "Liam", "Zoë", "Noah", "Ada", "Seán", "Grace", "Oscar", "Ruth", "Victor"},
		[]string{"O'Brien", "Smith", "Hughes", "Straßer", "Miller", "Novák", "Clark", "Young", "Baker", "Ward"},
		[]string{
			"Київ", "Львів", "Харків", "Одеса", "Дніпро", "Івано-Франківськ", "Кам'янець-Подільський",
			"London", "Kraków", "Ужгород",
		},
		[]string{
			"Хрещатик", "Франка", "Лесі Українки", "Соборна", "Садова", "Шевченка",
			"High Street", "Зелена", "Миру", "Польова",
		},
		[]string{
			"зустріч", "договір", "ремонт", "подорож", "молоко", "хліб", "лікар", "школа", "проєкт",
			"meeting", "invoice", "garden", "квитки", "подарунок",
			"бібліотека", "знижка 10%", "п'ятниця", "звіт", "рахунок", "budget",
		}, []string{"родина", "робота", "друзі", "сусіди", "VIP", "спорт", "school", "клієнт"}
}

// Contact returns one more person.
func (s *Sample) Contact() *assistant.Contact {
	given, family, latinGiven, latinFamily, towns, streets, words, tags := sampleWords()
	c := &assistant.Contact{ID: s.id(), Created: moment(s.random.IntN(500_000)), Updated: moment(s.random.IntN(500_000))}
	if s.random.IntN(5) == 0 {
		given, family = latinGiven, latinFamily
	}
	c.Parts = assistant.NameParts{Given: s.one(given), Family: s.one(family)}
	if s.random.IntN(2) == 0 {
		c.Parts.Family += "-" + s.one(family)
	}
	c.Name = c.Parts.Display()
	number := fmt.Sprintf("%s%07d", s.one([]string{"67", "50", "63", "93", "44"}), s.random.IntN(1e7))
	c.Phones = []assistant.Phone{
		{
			Type:  "cell",
			E164:  "+380" + number,
			Typed: "0" + number[:2] + " " + number[2:5] + "-" + number[5:7] + "-" + number[7:],
		},
	}
	c.Emails = []assistant.Email{
		{Address: fmt.Sprintf("user%d@%s", s.random.IntN(1e6), s.one([]string{"example.com", "example.org", "example.net"}))},
	}
	if s.random.IntN(2) == 0 {
		c.Addresses = []assistant.Address{
			{Street: fmt.Sprintf("%s, %d", s.one(streets), 1+s.random.IntN(200)), Locality: s.one(towns)},
		}
	}
	if s.random.IntN(3) == 0 {
		c.Organization = s.one(words) + " " + s.one(towns)
	}
	if s.random.IntN(2) == 0 {
		c.Birthday = assistant.Date{
			Year:  1940 + s.random.IntN(80),
			Month: time.Month(1 + s.random.IntN(12)),
			Day:   1 + s.random.IntN(28),
		}
	}
	if s.random.IntN(3) == 0 {
		c.Tags = assistant.CleanTags([]string{s.one(tags), s.one(tags)})
	}
	if s.random.IntN(4) == 0 {
		c.Note = s.one(words) + ", " + s.one(words)
	}
	return c
}

// Note returns one more note.
func (s *Sample) Note() *assistant.Note {
	_, _, _, _, towns, _, words, tags := sampleWords()
	n := &assistant.Note{
		ID:      s.id(),
		Created: moment(s.random.IntN(500_000)),
		Updated: moment(s.random.IntN(500_000)),
		Pinned:  s.random.IntN(20) == 0,
	}
	for range 3 + s.random.IntN(10) {
		n.Text += s.one(words) + " "
	}
	n.Text += s.one(towns)
	if s.random.IntN(2) == 0 {
		n.Title = s.one(words) + " " + s.one(towns)
	}
	if s.random.IntN(2) == 0 {
		n.Tags = []string{s.one(tags)}
	}
	return n
}

// Query returns what a person might type to find one of the sample's people or notes: a part of a name, a name and a
// town, digits of a number, an address of a mailbox, mostly of three characters and more.
func (s *Sample) Query() string {
	given, family, _, latinFamily, towns, _, words, _ := sampleWords()
	cut := func(word string) string {
		runes := []rune(word)
		return string(runes[:min(len(runes), 3+s.random.IntN(4))])
	}
	switch s.random.IntN(8) {
	case 0:
		return cut(s.one(given)) + " " + s.one(family)
	case 1:
		return s.one(family) + "-" + s.one(family)
	case 2:
		return fmt.Sprintf("%d-%02d", 100+s.random.IntN(900), s.random.IntN(100))
	case 3:
		return fmt.Sprintf("0%s%d", s.one([]string{"67", "50", "63"}), 1000+s.random.IntN(9000))
	case 4:
		return fmt.Sprintf("user%d", s.random.IntN(1e6))
	case 5:
		return s.one(family) + " " + s.one(given) + " " + s.one(towns)
	case 6:
		return s.one(latinFamily) + " " + s.one(words)
	}
	return s.one(given) + " " + s.one(family)
}

// OddQuery returns some text: parts of words of one to four characters, signs, and queries as [Sample.Query] returns
// them.
func (s *Sample) OddQuery() string {
	if s.random.IntN(2) == 0 {
		return s.Query()
	}
	given, family, latinGiven, latinFamily, towns, _, words, _ := sampleWords()
	piece := func() string {
		lists := [][]string{
			given,
			family,
			latinGiven,
			latinFamily,
			towns,
			words,
			{"%", "_", "'", "\"", "*", "-", "10%", "🙂", "(0", "+38", "7-1", "ß", "i\u0308", "AND"},
		}
		runes := []rune(s.one(lists[s.random.IntN(len(lists))]))
		from := s.random.IntN(len(runes))
		return string(runes[from:min(len(runes), from+1+s.random.IntN(4))])
	}
	query := piece()
	for s.random.IntN(3) == 0 {
		query += " " + piece()
	}
	return query
}
