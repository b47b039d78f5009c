package web_test

import (
	"bytes"
	"mime/multipart"
	"net/url"
	"regexp"
	"strings"

	"github.com/pythonweb/goweb/assistant"
)

// send posts a form as a browser does.
func (s *site) send(path string, values url.Values, header ...string) reply {
	s.Helper()
	return s.ask(
		"POST",
		path,
		values.Encode(),
		append([]string{"Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin"}, header...)...)
}

// file posts a form with a file.
func (s *site) file(path, field string, data []byte, values map[string]string) reply {
	s.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for name, value := range values {
		if err := form.WriteField(name, value); err != nil {
			s.Fatal(err)
		}
	}
	if field != "" {
		part, err := form.CreateFormFile(field, "file")
		if err != nil {
			s.Fatal(err)
		}
		if _, err := part.Write(data); err != nil {
			s.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		s.Fatal(err)
	}
	return s.ask("POST", path, b.String(), "Content-Type", form.FormDataContentType())
}

func (s *site) add(c *assistant.Contact) *assistant.Contact {
	s.Helper()
	added, err := s.book.CreateContact(s.Context(), c)
	if err != nil {
		s.Fatal(err)
	}
	return added
}

func (s *site) stored(id string) *assistant.Contact {
	s.Helper()
	list, err := s.book.Store.Contacts(s.Context(), id)
	if err != nil || len(list) != 1 {
		s.Fatal(list, err)
	}
	return list[0]
}

// fields are what a form on a page would send.
func fields(page string) url.Values {
	values := url.Values{}
	page = page[strings.Index(page, `class="edit"`):]
	page = page[:strings.Index(page, "</form>")]
	inputs := regexp.MustCompile(`<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"`)
	for _, found := range inputs.FindAllStringSubmatch(page, -1) {
		if !strings.Contains(found[0], `type="checkbox"`) {
			values.Add(found[1], htmlText(found[2]))
		}
	}
	areas := regexp.MustCompile(`(?s)<textarea name="([^"]+)"[^>]*>([^<]*)</textarea>`)
	for _, found := range areas.FindAllStringSubmatch(page, -1) {
		values.Add(found[1], htmlText(found[2]))
	}
	return values
}

func htmlText(s string) string {
	return strings.NewReplacer("&#43;", "+", "&#34;", `"`, "&#39;", "'", "&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
}
