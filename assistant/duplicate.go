package assistant

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/pythonweb/goweb/assistant/search"
)

// A Duplicate is a group of contacts that are probably one and the same.
type Duplicate struct {
	IDs     []string `json:"ids"` // the oldest first
	Reasons []string `json:"reasons"`
	Names   []string `json:"-"`
}

// person holds what decides whether two contacts are the same.
type person struct {
	id, name, folded string
	birthday         Date
	created          time.Time
}

// different reports whether two contacts with one name are different people: they were born on different days.
func (p person) different(q person) bool {
	return p.folded == q.folded && !p.birthday.IsZero() && !q.birthday.IsZero() && p.birthday != q.birthday &&
		(p.birthday.MonthDay() != q.birthday.MonthDay() || p.birthday.Year != 0 && q.birthday.Year != 0)
}

// Duplicates returns the groups of contacts that have a number, an address or a name in common, with what that is.
// Contacts with the same name who were born on different days are different people.
func (b *Book) Duplicates(ctx context.Context) ([]Duplicate, error) {
	byReason := make(map[string][]person)
	for c, err := range b.AllContacts(ctx, ContactQuery{Brief: true}) {
		if err != nil {
			return nil, err
		}
		p := person{c.ID, c.Name, search.Fold(c.Name), c.Birthday, c.Created}
		for _, reason := range reasons(c) {
			byReason[reason] = append(byReason[reason], p)
		}
	}
	groups := make(map[string]*Duplicate)
	for reason, people := range byReason {
		slices.SortFunc(
			people,
			func(p, q person) int { return cmp.Or(p.created.Compare(q.created), cmp.Compare(p.id, q.id)) },
		)
		for _, group := range alikeGroups(people) {
			d := &Duplicate{}
			for _, p := range group {
				d.IDs, d.Names = append(d.IDs, p.id), append(d.Names, p.name)
			}
			key := strings.Join(d.IDs, " ")
			if groups[key] == nil {
				groups[key] = d
			}
			groups[key].Reasons = append(groups[key].Reasons, reason)
		}
	}
	var list []Duplicate
	for _, d := range groups {
		slices.SortFunc(d.Reasons, func(a, b string) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b)) })
		list = append(list, *d)
	}
	slices.SortFunc(list, func(a, b Duplicate) int {
		return cmp.Or(cmp.Compare(search.OrderKey(a.Names[0]), search.OrderKey(b.Names[0])), slices.Compare(a.IDs, b.IDs))
	})
	return list, nil
}

// The reasons, the strongest first.
const (
	byPhone = "phone "
	byEmail = "email "
	byName  = "name "
)

func rank(reason string) int {
	return slices.IndexFunc(
		[]string{byPhone, byEmail, byName},
		func(kind string) bool { return strings.HasPrefix(reason, kind) },
	)
}

// reasons returns what another contact may have in common with c, each once.
func reasons(c *Contact) []string {
	list := []string{byName + search.Fold(c.Name)}
	for _, p := range c.Phones {
		if p.E164 != "" {
			number := p.E164
			if p.Extension != "" {
				number += ";" + p.Extension
			}
			list = append(list, byPhone+number)
		}
	}
	for _, m := range c.Emails {
		if address := search.Fold(m.Address); strings.Contains(address, "@") {
			list = append(list, byEmail+address)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// alikeGroups returns the groups of at least two contacts, none of whom are different people: all of them together or,
// if some are different, every pair that is not.
func alikeGroups(people []person) [][]person {
	apart := false
	days := make(map[string][]person) // by name, as long as none are different
	for _, p := range people {
		if slices.ContainsFunc(days[p.folded], p.different) {
			apart = true
			break
		}
		days[p.folded] = append(days[p.folded], p)
	}
	switch {
	case len(people) < 2:
		return nil
	case !apart:
		return [][]person{people}
	}
	var pairs [][]person
	for i, p := range people {
		for _, q := range people[i+1:] {
			if !p.different(q) {
				pairs = append(pairs, []person{p, q})
			}
		}
	}
	return pairs
}
