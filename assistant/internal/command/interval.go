package command

import (
	"context"
	"strconv"
	"strings"

	"github.com/pythonweb/goweb/console"
)

// callEvery reads TAG DAYS: the last word is the number.
func callEvery(ctx context.Context, s *session) error {
	if s.NArg() == 0 {
		list, err := s.book.Store.TagIntervals(ctx)
		if err != nil {
			return err
		}
		return s.view.Intervals(list)
	}
	words := s.Args().Slice()
	last := len(words) - 1
	days, err := strconv.Atoi(words[last])
	if err != nil || last == 0 {
		return console.Errorf(
			console.Usage, s.lang.Text("write it as: contact call-every friends 30"),
			"%s", s.lang.Text("a tag and a number of days are needed"),
		)
	}
	i, err := s.book.SetTagInterval(ctx, strings.Join(words[:last], " "), days)
	if err != nil {
		return err
	}
	text := s.lang.Sprintf("the tag %q has no interval now", i.Tag)
	if i.CallEvery > 0 {
		text = s.lang.Count(
			i.CallEvery,
			"contacts with the tag %[2]q: every %[1]d day|contacts with the tag %[2]q: every %[1]d days",
			i.Tag,
		)
	}
	return s.view.Message(text, i)
}
