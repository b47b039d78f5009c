package command

import (
	"context"
	"fmt"
	"mime"
	"os"
	"os/exec"
	"strings"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/systemd"
	"github.com/urfave/cli/v2"
)

func (p *program) remind() *cli.Command {
	return &cli.Command{
		Name: "remind", Usage: "report what is due, once: on the desktop, by mail or on standard output",
		Description: "Run it from a timer; --install writes one for systemd, or shows a line for cron. " +
			"Each thing is reported once, by\n" +
			"notify-send if there is a desktop, else to --mail by sendmail, else on standard output.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "stdout", Usage: "write to standard output"},
			&cli.StringFlag{Name: "mail", EnvVars: []string{"ASSISTANT_MAIL"}, Usage: "send a mail to the `ADDRESS`"},
			&cli.IntFlag{Name: "days", Value: 1, Usage: "announce birthdays `N` days before"},
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
	if address := s.String("mail"); address != "" {
		if _, err := assistant.ParseEmail(address); err != nil {
			return err
		}
	}
	today, err := s.day()
	if err != nil {
		return err
	}
	agenda, err := s.book.Agenda(ctx, today, s.Int("days"))
	if err != nil {
		return err
	}
	told, err := s.book.Untold(ctx, reminded, agenda)
	if err != nil || agenda.Empty() {
		return err
	}
	if err := s.deliver(ctx, agenda); err != nil {
		return err
	}
	// A reminder that cannot be recorded is repeated: twice is better than never.
	return s.book.Store.SetMarks(ctx, reminded, told)
}

// reminded is the kind of the marks for what has been announced.
const reminded = "reminded"

// deliver announces an agenda in the best way that works.
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

// sendMail passes a mail to the computer's sendmail.
func sendMail(ctx context.Context, address, title, text string) error {
	program, err := exec.LookPath("sendmail")
	if err != nil {
		program = "/usr/sbin/sendmail"
	}
	cmd := exec.CommandContext(ctx, program, "-t", "-i")
	cmd.Stdin = strings.NewReader("To: " + address + "\nSubject: " + mime.QEncoding.Encode("UTF-8", title) +
		"\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n\n" + text)
	return cmd.Run()
}

// timerMark begins the units that remind writes.
const timerMark = "[Unit]\nDescription=Reminders of the assistant"

// installTimer writes a systemd timer for the user, and shows it; without systemd it shows a line for cron.
func (s *session) installTimer() error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	if _, err := exec.LookPath("systemctl"); err != nil {
		return s.view.Message("0 8 * * * "+program+" remind", map[string]string{"cron": "0 8 * * * " + program + " remind"})
	}
	units := []systemd.Unit{
		{
			Name: "assistant-remind.service",
			Text: timerMark + "\n\n[Service]\nType=oneshot\nExecStart=" + systemd.Word(program) + " remind\n",
		},
		{
			Name: "assistant-remind.timer",
			Text: timerMark + " every morning\n\n[Timer]\nOnCalendar=*-*-* 08:00\nPersistent=true\n\n" +
				"[Install]\nWantedBy=timers.target\n",
		},
	}
	paths, err := systemd.Install(timerMark, units...)
	if err != nil {
		return err
	}
	var shown strings.Builder
	for i, u := range units {
		fmt.Fprintf(&shown, "# %s\n%s\n", paths[i], u.Text)
	}
	enable := "systemctl --user enable --now assistant-remind.timer"
	shown.WriteString(s.lang.Sprintf("start it with: %s", enable))
	return s.view.Message(shown.String(), map[string]any{"files": paths, "enable": enable})
}
