package storetest

import (
	"slices"

	"github.com/pythonweb/goweb/assistant"
)

// calls shows who is due for a call: by the contact's own interval or else by the shortest of its tags.
func calls(s *suite) {
	day := assistant.Date{Year: 2024, Month: 6, Day: 1}
	person := func(name string, every, ago int, tags ...string) {
		s.contact(name, func(c *assistant.Contact) {
			c.Tags, c.CallEvery = tags, every
			if ago > 0 {
				c.Called = day.AddDays(-ago)
			}
		})
	}
	person("own, due", 7, 7)
	person("own, not yet", 7, 6)
	person("own before that of the tag", 30, 20, "Друзі")
	person("by tag", 0, 10, "друзі")
	person("by tag, not yet", 0, 9, "Друзі")
	person("the shortest of two", 0, 5, "друзі", "родина")
	person("never", 0, 0, "ДРУЗІ")
	person("another tag", 0, 90, "Колеги")
	person("none", 0, 90)

	due := func(tags assistant.Intervals) []string {
		s.Helper()
		found, err := s.store.CallContacts(s.ctx, day, tags)
		s.ok(err)
		got := names(found)
		slices.Sort(got)
		return got
	}
	s.equal("without intervals of tags", []string{"own, due"}, due(nil))

	before, err := s.store.Revision(s.ctx)
	s.ok(err)
	for _, i := range []assistant.TagInterval{
		{Tag: "Родина", CallEvery: 5}, {Tag: "Друзі", CallEvery: 99}, {Tag: "друзі", CallEvery: 10},
	} {
		s.ok(s.store.SetTagInterval(s.ctx, i))
	}
	if after, err := s.store.Revision(s.ctx); err != nil || after == before {
		s.Errorf("an interval of a tag has not renewed the revision %q: %v", after, err)
	}
	tags, err := s.store.TagIntervals(s.ctx)
	s.ok(err)
	s.equal("intervals", assistant.Intervals{{Tag: "друзі", CallEvery: 10}, {Tag: "Родина", CallEvery: 5}}, tags)
	s.equal("with them", []string{"by tag", "never", "own, due", "the shortest of two"}, due(tags))

	s.ok(s.store.SetTagInterval(s.ctx, assistant.TagInterval{Tag: "ДРУЗІ"}))
	tags, err = s.store.TagIntervals(s.ctx)
	s.ok(err)
	s.equal("after one was taken away", assistant.Intervals{{Tag: "Родина", CallEvery: 5}}, tags)
	s.equal("without it", []string{"own, due", "the shortest of two"}, due(tags))
}
