package command

import (
	"strings"

	"github.com/pythonweb/goweb/assistant"
)

// form asks a person for the fields, one after another; an empty answer skips a field, and an invalid one is asked for
// again.
func (s *session) form(in *assistant.ContactInput) error {
	s.terminal.Notef("%s", s.lang.Text("An empty answer leaves a field out; Ctrl-C cancels."))
	name, err := s.asked("name", func(answer string) error {
		return assistant.CheckContact(assistant.ContactInput{Name: &answer}, s.book)
	})
	if err != nil {
		return err
	}
	in.Name = &name
	for _, field := range []struct {
		name string
		many bool
		list *assistant.ListInput
		text **string
	}{
		{"phone", true, &in.Phones, nil},
		{"email", true, &in.Emails, nil},
		{"birthday", false, nil, &in.Birthday},
		{"organization", false, nil, &in.Organization},
		{"address", false, &in.Addresses, nil},
		{"tags", true, &in.Tags, nil},
		{"note", false, nil, &in.Note},
	} {
		for {
			answer, err := s.asked(field.name, func(answer string) error {
				trial := *in
				switch field.name {
				case "phone":
					trial.Phones = assistant.ListInput{Add: []string{answer}}
				case "email":
					trial.Emails = assistant.ListInput{Add: []string{answer}}
				case "birthday":
					trial.Birthday = &answer
				}
				return assistant.CheckContact(trial, s.book)
			})
			if err != nil {
				return err
			}
			if answer == "" {
				break
			}
			if field.text != nil {
				*field.text = &answer
				break
			}
			if field.name == "tags" {
				field.list.Add = append(field.list.Add, strings.Split(answer, ",")...)
				break
			}
			field.list.Add = append(field.list.Add, answer)
			if !field.many {
				break
			}
		}
	}
	return nil
}

// asked asks for a field until the answer is valid.
func (s *session) asked(field string, check func(string) error) (string, error) {
	for {
		answer, err := s.terminal.Ask(s.lang.Text(field) + ": ")
		if err != nil {
			return "", err
		}
		answer = strings.TrimSpace(answer)
		wrong := error(nil)
		if answer != "" || field == "name" {
			wrong = check(answer)
		}
		if wrong == nil {
			return answer, nil
		}
		s.terminal.Warnf("%v", s.failure(wrong))
	}
}
