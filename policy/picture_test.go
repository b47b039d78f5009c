package policy

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
)

// picture is where the README's picture of the assistant is kept.
const picture = "docs/assistant.svg"

// The picture in the README is what the assistant shows on a terminal today. It is drawn anew by
//
//	GOWORK=off go test ./policy -run TestPrograms/picture -update
func assistantPicture(t *testing.T) {
	home := t.TempDir()
	card := "BEGIN:VCARD\nVERSION:3.0\nFN:%s\nTEL;TYPE=CELL:%s\nBDAY:%s\nCATEGORIES:%s\nEND:VCARD\n"
	cards := fmt.Sprintf(card, "Оксана Шевчук", "067 123-45-67", "1990-11-28", "друзі") +
		fmt.Sprintf(card, "Jürgen O’Brien", "+49 30 901820", "--1201", "robota") +
		fmt.Sprintf(card, "Леся Косач", "044 279 00 11", "1871-02-25", "поети")
	if err := os.WriteFile(filepath.Join(home, "friends.vcf"), []byte(cards), 0o600); err != nil {
		t.Fatal(err)
	}
	s := consoletest.Terminal(
		t,
		[]string{"HOME=" + home, "XDG_DATA_HOME=", "XDG_STATE_HOME=", "TZ=UTC"},
		"sh",
		"-c",
		"cd && exec assistant",
	)
	const prompt = "assistant> "
	s.Await(prompt)
	for _, line := range []string{
		"contact import friends.vcf",
		"contact list",
		"іменинники --on 2026-11-25",
		"search \"o'brien\"",
		"сщтефсе list", // contact, with the keyboard in Ukrainian
		"пошук коса",
	} {
		s.Type(line)
		s.Await(line[strings.LastIndex(line, " ")+1:])
		s.Type("\r")
		s.Await(prompt)
	}
	s.Type("exit\r")
	if code := s.Ended(); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	var screen screen
	screen.write(t, s.Text())
	want := screen.svg("assistant")
	name := filepath.Join(root, picture)
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if string(read(t, name)) != want {
		t.Errorf("%s is not what the assistant shows; run GOWORK=off go test ./policy -run TestPrograms/picture -update", picture)
	}
}

// cell is a letter on a screen. Its style holds the parameters of the last SGR sequence, "" for none.
type cell struct {
	letter rune
	style  string
}

// screen understands as much of a terminal's language as the line editor and the tables speak. It never scrolls.
type screen struct {
	lines [][]cell
	x, y  int
	style string
}

// write shows the output of a program.
func (s *screen) write(t *testing.T, output string) {
	t.Helper()
	letters := []rune(output)
	for i := 0; i < len(letters); i++ {
		switch r := letters[i]; {
		case r == '\r':
			s.x = 0
		case r == '\n':
			s.y++
		case r == '\b':
			s.x = max(0, s.x-1)
		case r == '\a':
		case r == 0x1b && i+1 < len(letters) && letters[i+1] == '[':
			end := i + 2
			for end < len(letters) && (letters[end] < '@' || letters[end] > '~') {
				end++
			}
			if end == len(letters) || !s.control(string(letters[i+2:end]), letters[end]) {
				t.Fatalf("the screen does not know %q", string(letters[i:min(end+1, len(letters))]))
			}
			i = end
		case r < ' ':
			t.Fatalf("the screen does not know %q", r)
		default:
			s.put(cell{r, s.style})
			s.x++
		}
	}
}

// control carries out a control sequence and reports whether it is known.
func (s *screen) control(parameters string, letter rune) bool {
	n := 1
	_, _ = fmt.Sscanf(parameters, "%d", &n) // without a number it is one
	switch letter {
	case 'A':
		s.y = max(0, s.y-n)
	case 'B':
		s.y += n
	case 'C':
		s.x += n
	case 'D':
		s.x = max(0, s.x-n)
	case 'J', 'K':
		if parameters == "2" {
			s.x = 0
		}
		s.line(s.y)
		s.lines[s.y] = s.lines[s.y][:min(s.x, len(s.lines[s.y]))]
		if letter == 'J' {
			s.lines = s.lines[:s.y+1]
		}
	case 'm':
		s.style = strings.TrimPrefix(parameters, "0")
	default:
		return strings.HasPrefix(parameters, "?")
	}
	return true
}

func (s *screen) line(y int) {
	for len(s.lines) <= y {
		s.lines = append(s.lines, nil)
	}
}

func (s *screen) put(c cell) {
	s.line(s.y)
	for len(s.lines[s.y]) <= s.x {
		s.lines[s.y] = append(s.lines[s.y], cell{letter: ' '})
	}
	s.lines[s.y][s.x] = c
}

// svg draws the screen as a window. Every run of letters says how wide it is, so that columns stand below each
// other in any font.
func (s *screen) svg(title string) string {
	const columns, advance, leading, margin, bar = 80, 8.4, 19, 16, 34
	width, height := columns*advance+2*margin, float64(len(s.lines)*leading+bar+2*margin)
	var b strings.Builder
	fmt.Fprintf(
		&b,
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" role="img" aria-label="%s in a terminal">
<style>
text { font: 14px "DejaVu Sans Mono", Menlo, Consolas, "Liberation Mono", monospace; fill: #d7dae0 }
.bold { font-weight: bold } .dim { fill: #8b93a1 } .prompt { fill: #7fd1b9 } .title { fill: #8b93a1 }
.red { fill: #e06c75 } .green { fill: #98c379 } .yellow { fill: #e5c07b } .cyan { fill: #56b6c2 }
</style>
<rect width="100%%" height="100%%" rx="8" fill="#1e222a"/>
<path d="M8 0H%.0fa8 8 0 0 1 8 8V%dH0V8a8 8 0 0 1 8-8" fill="#2a2f39"/>
<circle cx="18" cy="17" r="5.5" fill="#e06c75"/><circle cx="36" cy="17" r="5.5" fill="#e5c07b"/><circle cx="54" cy="17" r="5.5" fill="#98c379"/>
<text class="title" x="50%%" y="22" text-anchor="middle">%s</text>
`, width, height, width, height, title, width-8, bar, title)
	for y, line := range s.lines {
		for from := 0; from < len(line); {
			to := from + 1
			for to < len(line) && line[to].style == line[from].style {
				to++
			}
			text := make([]rune, 0, to-from)
			for _, c := range line[from:to] {
				text = append(text, c.letter)
			}
			s.run(
				&b,
				strings.TrimRight(string(text), " "),
				line[from].style,
				margin+float64(from)*advance,
				float64(bar+margin+14+y*leading),
				advance,
			)
			from = to
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// run draws letters of one style. Its spaces are such that no reader of SVG puts several together.
func (s *screen) run(b *strings.Builder, text, style string, x, y, advance float64) {
	if prompt, typed, ok := strings.Cut(text, "> "); ok && style == "" && prompt == "assistant" {
		s.run(b, prompt+">", "prompt", x, y, advance)
		s.run(b, typed, "", x+float64(len("assistant> "))*advance, y, advance)
		return
	}
	if text == "" {
		return
	}
	class := map[string]string{"1": "bold", "2": "dim", "31": "red", "32": "green", "33": "yellow", "36": "cyan", "prompt": "prompt"}[style]
	if class != "" {
		class = ` class="` + class + `"`
	}
	fmt.Fprintf(
		b,
		"<text%s x=\"%.1f\" y=\"%.0f\" textLength=\"%.1f\">%s</text>\n",
		class,
		x,
		y,
		float64(len([]rune(text)))*advance,
		strings.ReplaceAll(html.EscapeString(text), " ", "\u00a0"),
	)
}
