package command

import (
	"context"
	"fmt"
	"io"
	"mime"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/atomicfile"
	"github.com/urfave/cli/v2"
)

func (p *program) remind() *cli.Command {
	return &cli.Command{
		Name: "remind", Usage: "tell once of what is due: on the desktop, by mail or on standard output",
		Description: "Run it from a timer; --install writes one for systemd, or shows a line for cron. Each thing is told once, by\\n" +
			"notify-send where there is a desktop, else to --mail by sendmail, else on standard output.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "stdout", Usage: "write to standard output"},
			&cli.StringFlag{Name: "mail", EnvVars: []string{"ASSISTANT_MAIL"}, Usage: "send a mail to the `ADDRESS`"},
			&cli.IntFlag{Name: "days", Value: 1, Usage: "tell of birthdays `N` days before"},
			&cli.StringFlag{Name: "on", Usage: "as if today were the `DATE`"},
			&cli.BoolFlag{Name: "install", Usage: "write and show a timer that does it every morning"},
		},
		Action: p.action(remind),
	}
}

func remind(ctx context.Context, s *session) error {
	if s.Bool("install") {
		return s.installTimer()
	}
	today, err := s.day()
	if err != nil {
		return err
	}
	agenda, err := s.book.Agenda(ctx, today, s.Int("days"))
	if err != nil {
		return err
	}
	told, err := s.untold(ctx, agenda)
	if err != nil || agenda.Empty() {
		return err
	}
	if err := s.deliver(ctx, agenda); err != nil {
		return err
	}
	// What cannot be remembered is told again: twice is better than never.
	return s.store.SetMarks(ctx, reminded, told)
}

// reminded is the kind of the marks of what was told.
const reminded = "reminded"

// untold takes out of an agenda what was told before, and returns the marks of the rest.
func (s *session) untold(ctx context.Context, a *assistant.Agenda) (map[string]string, error) {
	var names []string
	birthday := func(kind string, b assistant.Birthday) string {
		return kind + " " + b.Contact.ID + " " + b.Date.String()
	}
	note := func(n assistant.DueNote) string { return "note " + n.Note.ID + " " + n.Note.Due.String() }
	call := func(c assistant.DueCall) string { return "call " + c.Contact.ID + " " + c.Contact.CallDue().String() }
	for _, b := range a.Birthdays {
		names = append(names, birthday("birthday", b))
	}
	for _, b := range a.Anniversaries {
		names = append(names, birthday("anniversary", b))
	}
	for _, n := range a.Notes {
		names = append(names, note(n))
	}
	for _, c := range a.Calls {
		names = append(names, call(c))
	}
	marks, err := s.store.Marks(ctx, reminded, names...)
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
	a.Birthdays = kept(a.Birthdays, func(b assistant.Birthday) bool { return fresh(birthday("birthday", b)) })
	a.Anniversaries = kept(a.Anniversaries, func(b assistant.Birthday) bool { return fresh(birthday("anniversary", b)) })
	a.Notes = kept(a.Notes, func(n assistant.DueNote) bool { return fresh(note(n)) })
	a.Calls = kept(a.Calls, func(c assistant.DueCall) bool { return fresh(call(c)) })
	return told, nil
}

func kept[T any](list []T, wanted func(T) bool) []T {
	var rest []T
	for _, v := range list {
		if wanted(v) {
			rest = append(rest, v)
		}
	}
	return rest
}

// deliver tells of an agenda in the best way that works.
func (s *session) deliver(ctx context.Context, a *assistant.Agenda) error {
	if s.Bool("stdout") || s.terminal.JSON() {
		return s.view.Agenda(a)
	}
	text := s.view.AgendaText(a)
	title := s.lang.Text("assistant: today")
	if address := s.String("mail"); address != "" {
		if err := sendMail(ctx, address, title, text); err != nil {
			return console.Errorf(console.Failed, s.lang.Text("install a sendmail, or use --stdout"), "send a mail: %w", err)
		}
		return nil
	}
	if os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != "" || os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		if exec.CommandContext(ctx, "notify-send", "--app-name=assistant", "--", title, text).Run() == nil {
			return nil
		}
	}
	return s.view.Agenda(a)
}

// sendMail gives a mail to the sendmail of the computer.
func sendMail(ctx context.Context, address, title, text string) error {
	if _, err := assistant.ParseEmail(address); err != nil {
		return err
	}
	program, err := exec.LookPath("sendmail")
	if err != nil {
		program = "/usr/sbin/sendmail"
	}
	cmd := exec.CommandContext(ctx, program, "-t", "-i")
	cmd.Stdin = strings.NewReader("To: " + address + "\nSubject: " + mime.QEncoding.Encode("UTF-8", title) +
		"\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n\n" + text)
	return cmd.Run()
}

// installTimer writes a timer of systemd for the user, and shows it; where there is no systemd it shows a line for cron.
func (s *session) installTimer() error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	if _, err := exec.LookPath("systemctl"); err != nil {
		return s.view.Message("0 8 * * * "+program+" remind", map[string]string{"cron": "0 8 * * * " + program + " remind"})
	}
	config := os.Getenv("XDG_CONFIG_HOME")
	if !filepath.IsAbs(config) {
		home, err := os.UserHomeDir()
		if err != nil {
			return err
		}
		config = filepath.Join(home, ".config")
	}
	dir := filepath.Join(config, "systemd", "user")
	if err := atomicfile.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	files := []struct{ name, text string }{
		{"assistant-remind.service", "[Unit]\nDescription=Reminders of the assistant\n\n[Service]\nType=oneshot\nExecStart=" + quotedForSystemd(program) + " remind\n"},
		{"assistant-remind.timer", "[Unit]\nDescription=Reminders of the assistant every morning\n\n[Timer]\nOnCalendar=*-*-* 08:00\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n"},
	}
	var shown strings.Builder
	var names []string
	for _, f := range files {
		path := filepath.Join(dir, f.name)
		err := atomicfile.Write(path, 0o644, func(w io.Writer) error {
			_, err := io.WriteString(w, f.text)
			return err
		})
		if err != nil {
			return err
		}
		names = append(names, path)
		fmt.Fprintf(&shown, "# %s\n%s\n", path, f.text)
	}
	enable := "systemctl --user enable --now assistant-remind.timer"
	shown.WriteString(s.lang.Sprintf("start it with: %s", enable))
	return s.view.Message(shown.String(), map[string]any{"files": names, "enable": enable})
}

// quotedForSystemd keeps spaces and percent signs of a path.
func quotedForSystemd(path string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "%", "%%").Replace(path) + `"`
}
