package schooldb

import (
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"sync/atomic"
	"testing"
)

// wire stands between a client and a PostgreSQL server and counts the server's answers.
type wire struct {
	trips  atomic.Int64 // a round trip ends with ReadyForQuery
	copies atomic.Int64 // CopyInResponse
}

// listen returns the URL of the wire to the server at address.
func (w *wire) listen(t *testing.T, address string) string {
	t.Helper()
	server, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	host := server.Host
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go w.connect(client, host)
		}
	}()
	server.Host = listener.Addr().String()
	return server.String()
}

func (w *wire) connect(client net.Conn, host string) {
	defer client.Close()
	server, err := net.Dial("tcp", host)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		_, _ = io.Copy(server, client)
		server.Close()
	}()
	for header := make([]byte, 5); ; {
		if _, err := io.ReadFull(server, header); err != nil {
			return
		}
		switch header[0] {
		case 'Z':
			w.trips.Add(1)
		case 'I': // the answer to an empty query, by which the driver tries a connection that was idle
			w.trips.Add(-1)
		case 'G':
			w.copies.Add(1)
		}
		if _, err := client.Write(header); err != nil {
			return
		}
		if _, err := io.CopyN(client, server, int64(binary.BigEndian.Uint32(header[1:]))-4); err != nil {
			return
		}
	}
}

// A query is one round trip, but for the one that asks first how large the group is. An import is one COPY for each
// file, and as many round trips for many records as for few.
func testRoundTrips(t *testing.T, address string) {
	var w wire
	s := openMigrated(t, w.listen(t, address))
	o := SeedOptions{Students: 30, Groups: 3, Subjects: 5, Teachers: 3, Grades: 20, Seed: 1}
	if err := s.Seed(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	count := func(counter *atomic.Int64, do func() error) int64 {
		t.Helper()
		before := counter.Load()
		if err := do(); err != nil {
			t.Fatal(err)
		}
		return counter.Load() - before
	}
	all := Parameters{Student: 1, Subject: 1, Group: 1, Teacher: 1}
	for _, q := range Queries() {
		want := int64(1)
		if q.Name == "last-lesson-grades" {
			want = 2
		}
		got := count(&w.trips, func() error {
			_, err := s.Ask(t.Context(), &q, all.For(&q))
			return err
		})
		if got != want {
			t.Errorf("%s: %d round trips, want %d", q.Name, got, want)
		}
	}
	var trips [2]int64
	for i, grades := range []int64{10, 20_000} {
		copies := count(&w.copies, func() error {
			trips[i] = count(&w.trips, func() error {
				return s.load(t.Context(), true, func(k Kind) (source, error) {
					m := newModel()
					for n := range grades {
						m.grades[1_000_000*grades+n] = modelGrade{1, 1, 700, "2026-01-01"}
					}
					return m.records(k), nil
				}, nil)
			})
			return nil
		})
		if copies != int64(len(Kinds())) {
			t.Errorf("%d grades: %d times COPY, want %d", grades, copies, len(Kinds()))
		}
	}
	if trips[0] != trips[1] || trips[0] > 20 {
		t.Errorf("%d round trips for 10 grades, %d for 20,000", trips[0], trips[1])
	}
	t.Logf("%d round trips for an import", trips[0])
}
