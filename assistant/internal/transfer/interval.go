package transfer

import (
	"context"

	"github.com/pythonweb/goweb/assistant"
)

// copyIntervals copies the intervals of tags. An interval that the target has for a tag stays.
func copyIntervals(ctx context.Context, to assistant.Store, intervals assistant.Intervals) error {
	if len(intervals) == 0 {
		return nil
	}
	have, err := to.TagIntervals(ctx)
	if err != nil {
		return err
	}
	for _, i := range intervals {
		// The interval of a tag is that of a contact with only this tag.
		if have.Of(&assistant.Contact{Tags: []string{i.Tag}}) != 0 {
			continue
		}
		if err := to.SetTagInterval(ctx, i); err != nil {
			return err
		}
	}
	return nil
}
