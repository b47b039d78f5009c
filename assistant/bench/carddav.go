package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/internal/secret"
	"github.com/pythonweb/goweb/assistant/storetest"
)

// A cardServer is one of the two servers compared, which have the same cards under the same names.
type cardServer struct {
	name, book, password string
	client               *http.Client
	puts                 atomic.Int64 // cards put so far
	process              *os.Process  // of assistant serve
}

// cardsInBook is how many cards the book has.
const cardsInBook = 10_000

// measureCardDAV compares assistant serve with another server, interleaved.
func measureCardDAV(ctx context.Context, args []string) (err error) {
	dir, err := os.MkdirTemp("", "carddav-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var cards []*assistant.Contact
	sample := storetest.NewSample(24)
	for range cardsInBook {
		cards = append(cards, sample.Contact())
	}
	ours, err := startAssistant(ctx, args[0], dir, cards)
	if err != nil {
		return err
	}
	theirs, err := startRadicale(ctx, args[1], dir, cards)
	if err != nil {
		return err
	}
	var lists, syncs [2]times
	servers := [2]*cardServer{ours, theirs}
	for round := range 3 {
		for i, s := range servers {
			if err := lists[i].add(func() error { return s.list(ctx, cardsInBook) }); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			if round == 0 {
				fmt.Printf("%-40s %v\n", s.name+": first PROPFIND", lists[i][0].Round(time.Millisecond))
			}
		}
	}
	lists[0].show("PROPFIND of 10,000 cards")
	lists[1].show("  " + theirs.name)
	showRatio("times as fast", lists[1].over(lists[0]))
	get := func(s *cardServer, i int64) error {
		return s.want(ctx, 200, http.MethodGet, cards[i%cardsInBook].CardName(), "", "")
	}
	put := func(s *cardServer, _ int64) error {
		id := fmt.Sprintf("new-%d", s.puts.Add(1))
		card := "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" + id + "\r\nFN:" + id + "\r\nN:" + id + ";;;;\r\nEND:VCARD\r\n"
		return s.want(ctx, 201, http.MethodPut, id+".vcf", card, "")
	}
	for what, do := range map[string]func(*cardServer, int64) error{"GET": get, "PUT, durable": put} {
		var rates [2][]float64
		for range 3 {
			for i, s := range servers {
				rate, err := rateOf(func(n int64) error { return do(s, n) })
				if err != nil {
					return fmt.Errorf("%s: %w", s.name, err)
				}
				rates[i] = append(rates[i], rate)
			}
		}
		fmt.Printf("%-40s %.0f a second\n%-40s %.0f a second\n", what, middle(rates[0]), "  "+theirs.name, middle(rates[1]))
		showRatio("times as many", middle(rates[0])/middle(rates[1]))
	}
	for i, s := range servers {
		if err := s.sync(ctx, &syncs[i], put); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	syncs[0].show("sync-collection of one change")
	syncs[1].show("  " + theirs.name)
	showRatio("times as fast", syncs[1].over(syncs[0]))
	return listLarge(ctx, args[0], dir)
}

// listLarge measures the memory of a server that lists a large book, as the kernel counts it.
func listLarge(ctx context.Context, program, dir string) error {
	var cards []*assistant.Contact
	sample := storetest.NewSample(25)
	for range people {
		cards = append(cards, sample.Contact())
	}
	large := filepath.Join(dir, "large")
	if err := os.Mkdir(large, 0o700); err != nil {
		return err
	}
	s, err := startAssistant(ctx, program, large, cards)
	if err != nil {
		return err
	}
	for range 3 {
		if err := s.list(ctx, people); err != nil {
			return err
		}
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.process.Pid))
	if err != nil {
		return err
	}
	_, most, _ := strings.Cut(string(status), "VmHWM:")
	most, _, _ = strings.Cut(most, "\n")
	fmt.Printf("%-40s %s\n", "most memory while 100,000 are listed", strings.TrimSpace(most))
	return nil
}

// newClient returns a client that keeps its connections open, as CardDAV clients do.
func newClient() *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
}

func middle(list []float64) float64 {
	return max(min(list[0], list[1]), min(max(list[0], list[1]), list[2]))
}

// rateOf returns how often per second four concurrent clients can do something.
func rateOf(do func(int64) error) (float64, error) {
	const clients, lasts = 4, 3 * time.Second
	var done atomic.Int64
	var group sync.WaitGroup
	errs := make([]error, clients)
	start := time.Now()
	for i := range clients {
		group.Go(func() {
			for time.Since(start) < lasts && errs[i] == nil {
				errs[i] = do(done.Add(1))
			}
		})
	}
	group.Wait()
	return float64(done.Load()) / time.Since(start).Seconds(), errors.Join(errs...)
}

// ask sends a request and returns the answer.
func (s *cardServer) ask(ctx context.Context, method, name, body, depth string) (int, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, s.book+name, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	request.SetBasicAuth("bench", s.password)
	request.Header.Set("Depth", depth)
	if method == http.MethodPut {
		request.Header.Set("Content-Type", "text/vcard")
	}
	response, err := s.client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, text, err
}

func (s *cardServer) want(ctx context.Context, status int, method, name, body, depth string) error {
	got, text, err := s.ask(ctx, method, name, body, depth)
	if err == nil && got != status {
		err = fmt.Errorf("%s %s: status %d: %.200s", method, name, got, text)
	}
	return err
}

// list lists a book that must have at least this many cards.
func (s *cardServer) list(ctx context.Context, cards int) error {
	_, text, err := s.ask(ctx, "PROPFIND", "", `<d:propfind xmlns:d="DAV:"><d:prop><d:getetag/></d:prop>`+
		`</d:propfind>`, "1")
	if n := bytes.Count(text, []byte(".vcf")); err == nil && n < cards {
		err = fmt.Errorf("only %d cards: %.200s", n, text)
	}
	return err
}

var token = regexp.MustCompile(`sync-token>([^<]+)<`)

// sync measures how long it takes to learn of one change.
func (s *cardServer) sync(ctx context.Context, took *times, put func(*cardServer, int64) error) error {
	ask := func(since string) (string, []byte, error) {
		_, text, err := s.ask(ctx, "REPORT", "", `<sync-collection xmlns="DAV:"><sync-token>`+since+
			`</sync-token><sync-level>1</sync-level><prop><getetag/></prop></sync-collection>`, "0")
		found := token.FindSubmatch(text)
		if err != nil || found == nil {
			return "", nil, fmt.Errorf("no token: %.200s %w", text, err)
		}
		return string(found[1]), text, nil
	}
	since, _, err := ask("")
	for i := int64(0); i < 15 && err == nil; i++ {
		if err = put(s, i); err != nil {
			break
		}
		var text []byte
		err = took.add(func() (err error) { since, text, err = ask(since); return err })
		if n := bytes.Count(text, []byte(".vcf")); err == nil && n != 1 {
			err = fmt.Errorf("%d changes instead of one", n)
		}
	}
	return err
}

func startAssistant(ctx context.Context, program, dir string, cards []*assistant.Contact) (*cardServer, error) {
	dsn := "sqlite:" + filepath.Join(dir, "book.db")
	store, err := backend.Open(ctx, dsn)
	if err != nil {
		return nil, err
	}
	s := &cardServer{name: "assistant", password: secret.NewAppPassword(), client: newClient()}
	account := assistant.Account{Name: "bench", Password: secret.Hash("bench"), Created: time.Now().UTC()}
	err = store.AddAccount(ctx, &account)
	if err == nil {
		err = store.AddAppPassword(ctx, assistant.AppPassword{
			Account: account.ID, Label: "bench",
			Hash: secret.Hash(s.password), Created: time.Now().UTC(),
		})
	}
	if err == nil {
		for batch := range slices.Chunk(cards, 1000) {
			err = errors.Join(err, store.Book(account).SaveContacts(ctx, batch...))
		}
	}
	if err := errors.Join(err, store.Close()); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, program, "--store", dsn, "serve", "--addr", "127.0.0.1:0")
	stderr, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, err
	}
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		if url, found := strings.CutPrefix(lines.Text(), "listening on "); found {
			s.book, s.process = url+"/dav/books/bench/contacts/", cmd.Process
			return s, nil
		}
	}
	return nil, errors.New("assistant serve has ended")
}

func startRadicale(ctx context.Context, program, dir string, cards []*assistant.Contact) (*cardServer, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	addr := listener.Addr().String()
	folder := filepath.Join(dir, "radicale", "collection-root", "bench", "contacts")
	if err := errors.Join(listener.Close(), os.MkdirAll(folder, 0o700)); err != nil {
		return nil, err
	}
	files := map[string][]byte{".Radicale.props": []byte(`{"tag": "VADDRESSBOOK"}`)}
	for _, c := range cards {
		files[c.CardName()] = c.VCard()
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
			return nil, err
		}
	}
	config := filepath.Join(dir, "radicale.conf")
	text := "[server]\nhosts = " + addr + "\n[auth]\ntype = none\n[storage]\nfilesystem_folder = " +
		filepath.Join(dir, "radicale") +
		"\n[web]\ntype = none\n[logging]\nlevel = error\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, program, "--config", config)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	for range 100 {
		if conn, err := net.Dial("tcp", addr); err == nil {
			return &cardServer{
				name: "radicale", password: "x", client: newClient(), book: "http://" + addr + "/bench/contacts/",
			}, conn.Close()
		}
		time.Sleep(100 * time.Millisecond)
	}
	return nil, errors.New("radicale does not answer")
}
