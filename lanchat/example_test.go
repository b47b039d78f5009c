package lanchat_test

import (
	"context"
	"fmt"
	"net"
	"sync"

	"github.com/pythonweb/goweb/lanchat"
)

// A server on a port of its own, and a client that sends it one line. The inbox of the example keeps messages in
// memory; a real one makes them durable.
func Example() {
	identity, err := lanchat.NewIdentity()
	if err != nil {
		fmt.Println(err)
		return
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	arrived := make(chan *lanchat.Message, 1)
	server := &lanchat.Server{Inbox: &shelf{}, Identity: identity, Received: func(m *lanchat.Message) { arrived <- m }}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- server.Serve(ctx, listener) }()

	client := &lanchat.Client{Identity: identity}
	post := lanchat.Post{ID: lanchat.NewID(), Sequence: 1, Body: []byte("Привіт")}
	if _, err := client.Send(ctx, lanchat.Route{Address: listener.Addr().String()}, post); err == nil {
		fmt.Println("OK")
	}
	fmt.Printf("%s", (<-arrived).Body)
	stop()
	fmt.Println(<-done)
	// Output:
	// OK
	// Привіт
	// <nil>
}

// shelf is an inbox that a power failure empties.
type shelf struct {
	mu     sync.Mutex
	bodies map[lanchat.ID][]byte
}

func (s *shelf) Store(m *lanchat.Message, stored func(fresh bool, err error)) {
	s.mu.Lock()
	_, known := s.bodies[m.ID]
	if s.bodies == nil {
		s.bodies = map[lanchat.ID][]byte{}
	}
	s.bodies[m.ID] = m.Body
	s.mu.Unlock()
	stored(!known, nil)
}

func (s *shelf) Append(_ context.Context, m *lanchat.Message, more []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bodies[m.ID] = append(s.bodies[m.ID], more...)
	return nil
}
