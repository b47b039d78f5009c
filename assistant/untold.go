package assistant

import "context"

// Untold removes from an agenda what the user was told before, and returns the marks of the rest: whoever has told the
// user sets them with [Store.SetMarks] under the same kind. Each way of telling has a kind of its own.
func (b *Book) Untold(ctx context.Context, kind string, a *Agenda) (map[string]string, error) {
	birthday := func(b Birthday) string { return "birthday " + b.Contact.ID + " " + b.Date.String() }
	anniversary := func(b Birthday) string { return "anniversary " + b.Contact.ID + " " + b.Date.String() }
	note := func(n DueNote) string { return "note " + n.Note.ID + " " + n.Note.Due.String() }
	call := func(c DueCall) string { return "call " + c.Contact.ID + " " + c.Due.String() }
	var names []string
	names = namesOf(names, a.Birthdays, birthday)
	names = namesOf(names, a.Anniversaries, anniversary)
	names = namesOf(names, a.Notes, note)
	names = namesOf(names, a.Calls, call)
	marks, err := b.Store.Marks(ctx, kind, names...)
	if err != nil {
		return nil, err
	}
	told := make(map[string]string)
	fresh := func(name string) bool {
		if _, known := marks[name]; known {
			return false
		}
		told[name] = a.Day.String()
		return true
	}
	a.Birthdays = kept(a.Birthdays, func(b Birthday) bool { return fresh(birthday(b)) })
	a.Anniversaries = kept(a.Anniversaries, func(b Birthday) bool { return fresh(anniversary(b)) })
	a.Notes = kept(a.Notes, func(n DueNote) bool { return fresh(note(n)) })
	a.Calls = kept(a.Calls, func(c DueCall) bool { return fresh(call(c)) })
	return told, nil
}

func namesOf[T any](names []string, list []T, name func(T) string) []string {
	for _, each := range list {
		names = append(names, name(each))
	}
	return names
}

func kept[T any](list []T, wanted func(T) bool) []T {
	var rest []T
	for _, each := range list {
		if wanted(each) {
			rest = append(rest, each)
		}
	}
	return rest
}
