package listing

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/search"
)

// IntervalMark is the kind of the marks in which stores keep the intervals of tags.
const IntervalMark = "call every"

// EncodeInterval returns the name and the text of the mark of an interval.
func EncodeInterval(i assistant.TagInterval) (name, text string, err error) {
	b, err := json.Marshal(i)
	return search.LookupKey(i.Tag), string(b), err
}

// DecodeIntervals returns the intervals that the texts of marks hold, in the order of [assistant.Intervals.Sort].
func DecodeIntervals(texts []string) (assistant.Intervals, error) {
	list := make(assistant.Intervals, len(texts))
	for i, text := range texts {
		if err := json.Unmarshal([]byte(text), &list[i]); err != nil {
			return nil, fmt.Errorf("interval of a tag %q: %w", text, err)
		}
	}
	list.Sort()
	return list, nil
}

// Due returns those of the contacts that are due for a call on the day or before it; a store may have found too many.
func Due(list []*assistant.Contact, day assistant.Date, tags assistant.Intervals) []*assistant.Contact {
	return slices.DeleteFunc(list, func(c *assistant.Contact) bool {
		due := tags.CallDue(c)
		return due.IsZero() || due.DaysUntil(day) < 0
	})
}
