package web_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/console/consoletest"
)

// browser is a real Chromium with a folder of its own, logged in.
type browser struct {
	*testing.T
	site *site
	ctx  context.Context
}

func newBrowser(s *site) *browser {
	s.Helper()
	binary, err := exec.LookPath("chromium")
	if err != nil {
		consoletest.Missing(s.T, "chromium is not installed")
	}
	dir := s.TempDir()
	options := append(
		chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(binary),
		chromedp.NoSandbox,
		chromedp.UserDataDir(dir),
		chromedp.Env("HOME="+dir),
		chromedp.Flag("disable-dev-shm-usage", true),
	)
	allocator, stop := chromedp.NewExecAllocator(s.Context(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	b := &browser{s.T, s, ctx}
	s.Cleanup(func() {
		// The browser ends before its folder goes.
		_ = chromedp.Cancel(ctx)
		cancel()
		stop()
	})
	// The first use of the context starts the browser, which must outlive that use.
	if err := chromedp.Do(ctx); err != nil {
		s.Fatal(err)
	}
	name, value, _ := strings.Cut(s.as.cookie, "=")
	b.cookie(name, value)
	return b
}

// call runs a command of the browser's protocol.
func call[P, R any](b *browser, command cdp.Command[P, R], params P) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	if _, err := chromedp.Call(ctx, command, params); err != nil {
		b.Fatal(err)
	}
}

func (b *browser) cookie(name, value string) {
	b.Helper()
	call(b, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: b.site.url})
}

// do runs steps, each of which waits for what it needs.
func (b *browser) do(steps ...step) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	for i, each := range steps {
		if err := chromedp.Do(ctx, each); err != nil {
			text, _ := chromedp.Run(b.ctx, chromedp.Text(chromedp.CSS("body"))) // for the message
			b.Fatalf("step %d: %v\n%s", i, err, text)
		}
	}
}

type step = chromedp.Action[chromedp.Void]

func (b *browser) open(path string) step { return chromedp.Navigate(b.site.url + path) }

// value evaluates a script.
func value[T any](b *browser, script string) T {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script))
	if err != nil {
		b.Fatal(err)
	}
	return v
}

// follow takes steps after which the browser shows another page, and waits until it does: what both pages have would
// otherwise be looked for on the old one, as it goes.
func follow(steps ...step) step {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.RunResponse(ctx, steps...)
		return err
	})
}

// click, write and there do so with the first element of a selector.
func click(css string) step       { return chromedp.Click(chromedp.CSS(css)) }
func write(css, text string) step { return chromedp.SendKeys(chromedp.CSS(css), text) }
func there(css string) step       { return chromedp.WaitReady(chromedp.CSS(css)) }

// seen waits until a text is on the page.
func seen(text string) step {
	return chromedp.WaitReady(chromedp.Search(fmt.Sprintf("//*[contains(., %q)]", text)))
}

// The life of a contact: written, corrected, found as one types, changed, deleted.
func TestLifeOfAContactInChromium(t *testing.T) {
	s := newSite(t)
	b := newBrowser(s)
	b.do(
		b.open(
			"/",
		),
		follow(click("nav a[href='/contacts']")),
		there("a[href='/contacts/new']"),
		follow(click("main a[href='/contacts/new']")),
		there("#name"),
		write("#name", "Леся Українка"),
		follow(write("input[name=phones]", "12"+kb.Enter)),
		there("input[name=phones][aria-invalid=true]"), // Enter has sent the form, and what is wrong stands beside its field
	)
	if got := value[string](b, "document.querySelector('#name').value"); got != "Леся Українка" {
		t.Errorf("what was typed is gone: %q", got)
	}
	b.do(
		chromedp.SetValue(chromedp.CSS("input[name=phones]"), "067 123 45 67"),
		click("button.more[value=phones]"), // a line more, without a way to the server
		write(".row:nth-of-type(2) input[name=phones]", "044 222 33 44"),
		write("#birthday", "25.02.1871"), write("#tags", "поети, друзі"),
		follow(click("button.main")), seen("+380442223344"),
	)
	s.add(&assistant.Contact{Name: "Марта Горда"})
	b.do(b.open("/contacts"), there("#hits"), write("main input[name=q]", "укра"), there("#hits mark"))
	if text := value[string](b, "document.querySelector('#hits').innerText"); strings.Contains(text, "Марта") ||
		!strings.Contains(text, "Леся") {
		t.Errorf("the list is not narrowed: %s", text)
	}
	if marked := value[string](b, "document.querySelector('#hits mark').textContent"); marked != "Укра" {
		t.Errorf("marked: %q", marked)
	}
	b.do(
		follow(click("#hits a.name")), there("article.contact"), follow(click("main a[href$='/edit']")), there("#note"),
		write("#note", "пише вірші"), follow(click("button.main")), there("article.contact"), seen("пише вірші"),
		follow(click("main a[href$='/delete']")), follow(click("main button.danger")), there("#hits"),
	)
	if text := value[string](b, "document.querySelector('#hits').innerText"); strings.Contains(text, "Леся") {
		t.Errorf("the contact is there: %s", text)
	}
}

// Without JavaScript everything works; keys alone are enough.
func TestWithoutJavaScript(t *testing.T) {
	s := newSite(t)
	b := newBrowser(s)
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.do(
		b.open("/contacts/new"), there("#name"),
		write("#name", "Тарас"), write("input[name=phones]", "067 123 45 67"),
		follow(click("button.more[value=phones]")),
		follow(write(".row:nth-of-type(2) input[name=phones]", "044 222 33 44"+kb.Enter)),
		there("article.contact"), seen("+380442223344"),
		b.open("/"), follow(write("#words", "тара"+kb.Enter)), there("#hits mark"),
	)
}

// A conflict, its repair, a look at the past and the way back from the trash, as a person goes through them.
func TestConflictAndPastInChromium(t *testing.T) {
	s := newSite(t)
	c := s.add(&assistant.Contact{Name: "Леся", Note: "перша"})
	b := newBrowser(s)
	b.do(b.open("/contacts/"+c.ID+"/edit"), there("#note"))
	theirs := *c
	theirs.Nickname = "Лариса"
	if _, err := s.book.ReplaceContact(t.Context(), s.stored(c.ID), &theirs); err != nil {
		t.Fatal(err)
	}
	b.do(
		chromedp.SetValue(chromedp.CSS("#note"), "моя"), follow(click("button.main")), seen("Nothing has been saved"),
		follow(click("button.main")), there("article.contact"), seen("моя"), seen("Лариса"),
		follow(click("main a[href$='/history']")),
		follow(click("ol.history li:last-child button")), there("article.contact"), seen("перша"),
		follow(click("main a[href$='/delete']")), follow(click("main button.danger")),
		follow(click("footer a[href='/trash']")), follow(click("ul.trash button")), there("article.contact"),
	)
	if now := s.stored(c.ID); now.Note != "перша" || now.Nickname != "" || now.Version != 5 {
		t.Errorf("%+v", now)
	}
}

// What every page must be for everybody: at 360 pixels without scrolling sideways, with names on all that is used,
// and with enough contrast in light and dark.
func TestEveryPageForEverybody(t *testing.T) {
	s := newSite(t)
	c := s.add(&assistant.Contact{
		Name: "Дуже-довге-ім'я-без-жодного-пробілу-яке-не-вміщується-в-рядок", Note: "нотатка",
		Tags: []string{"поети"}, Birthday: s.book.Today(), CallEvery: 3,
		Phones: []assistant.Phone{{Typed: "067 123 45 67"}}, Emails: []assistant.Email{
			{Address: "a.very.long.address.of.somebody@subdomain.example.com"},
		},
	})
	n, err := s.book.CreateNote(
		t.Context(),
		&assistant.Note{Title: "Нотатка", Text: strings.Repeat("довгеслово", 30), Tags: []string{"дім"}},
	)
	if err != nil {
		t.Fatal(err)
	}
	twin := s.add(&assistant.Contact{Name: "Двійник", Phones: c.Phones})
	gone := s.add(&assistant.Contact{Name: "Видалена"})
	if err := s.book.RemoveContact(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	changed := *c
	changed.Note = "інша нотатка"
	if _, err := s.book.ReplaceContact(t.Context(), c, &changed); err != nil {
		t.Fatal(err)
	}
	b := newBrowser(s)
	for _, theme := range []string{"light", "dark"} {
		b.cookie("theme", theme)
		b.cookie("lang", map[string]string{"light": "en", "dark": "uk"}[theme])
		b.do(chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile))
		for _, path := range []string{
			"/", "/contacts", "/contacts?view=table", "/contacts/new",
			"/contacts/" + c.ID, "/contacts/" + c.ID + "/edit", "/contacts/" + c.ID + "/delete",
			"/notes", "/notes/new", "/notes/" + n.ID, "/notes/" + n.ID + "/edit",
			"/search?q=" + "на", "/birthdays", "/year", "/tags",
			"/import", "/export", "/settings", "/access", "/webhooks", "/help", "/nothing",
			"/trash", "/duplicates", "/merge?id=" + c.ID + "&id=" + twin.ID,
			"/contacts/" + c.ID + "/history", "/contacts/" + c.ID + "/history/1",
			"/contacts/" + gone.ID, "/notes/" + n.ID + "/history", "/notes/" + n.ID + "/history/1",
		} {
			b.do(b.open(path), there("h1"))
			for _, problem := range value[[]string](b, accessibility) {
				t.Errorf("%s in %s: %s", path, theme, problem)
			}
			if folder := os.Getenv("SCREENSHOTS"); folder != "" {
				picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
				if err != nil {
					t.Fatal(err)
				}
				name := strings.NewReplacer("/", "_", "?", "_", "=", "_").Replace(path)
				if err := os.WriteFile(folder+"/"+theme+name+".png", picture, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// accessibility returns what is wrong with the page.
const accessibility = `(() => {
  const wrong = [];
  if (document.documentElement.scrollWidth > innerWidth)
    wrong.push("scrolls sideways: " + document.documentElement.scrollWidth);
  if (document.querySelectorAll("main").length !== 1 || document.querySelectorAll("h1").length !== 1)
    wrong.push("not one main and one h1");
  if (!document.documentElement.lang || !document.title) wrong.push("no language or title");
  for (const e of document.querySelectorAll("input:not([type=hidden]), select, textarea"))
    if (!(e.labels && e.labels.length) && !e.getAttribute("aria-label"))
      wrong.push("a field without a label: " + e.outerHTML);
  for (const e of document.querySelectorAll("a, button"))
    if (!e.textContent.trim() && !e.getAttribute("aria-label")) wrong.push("without a name: " + e.outerHTML);
  for (const e of document.querySelectorAll("img"))
    if (!e.hasAttribute("alt")) wrong.push("a picture without words: " + e.outerHTML);
  const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
  for (const id of new Set(ids)) if (ids.filter(other => other === id).length > 1) wrong.push("twice the id " + id);
  const light = c => {
    const p = c.match(/[\d.]+/g).slice(0, 3)
      .map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * p[0] + 0.7152 * p[1] + 0.0722 * p[2];
  };
  const behind = e => {
    for (; e; e = e.parentElement) {
      const c = getComputedStyle(e).backgroundColor;
      if (c !== "rgba(0, 0, 0, 0)") return c;
    }
    return "rgb(255, 255, 255)";
  };
  for (const e of document.querySelectorAll("body *")) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) || !e.offsetParent) continue;
    const a = light(getComputedStyle(e).color), b = light(behind(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) wrong.push("contrast " + ratio.toFixed(2) + ": " + e.outerHTML.slice(0, 80));
  }
  return wrong;
})()`
