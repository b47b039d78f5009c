package main

import (
	"context"
	"errors"
	"os/exec"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"
)

// server is a Redis that keeps nothing on disk.
type server struct {
	address string
	process *exec.Cmd
}

const port = "16399"

// withServer calls do with a Redis of its own.
func withServer(do func(*server) error) error {
	s := &server{address: "127.0.0.1:" + port}
	if err := s.start(); err != nil {
		return err
	}
	defer func() { _ = s.kill() }()
	return do(s)
}

// start starts the server and waits until it answers.
func (s *server) start() error {
	s.process = exec.Command(
		"redis-server",
		"--port",
		port,
		"--bind",
		"127.0.0.1",
		"--save",
		"",
		"--appendonly",
		"no",
		"--loglevel",
		"warning",
	)
	if err := s.process.Start(); err != nil {
		return err
	}
	client := redis.NewClient(&redis.Options{Addr: s.address, DialerRetries: 1})
	defer func() { _ = client.Close() }()
	for range 500 {
		if client.Ping(context.Background()).Err() == nil {
			return nil
		}
		time.Sleep(5 * time.Millisecond)
	}
	return errors.New("redis-server does not answer")
}

func (s *server) signal(sig syscall.Signal) error { return s.process.Process.Signal(sig) }

func (s *server) kill() error {
	err := s.signal(syscall.SIGKILL)
	_ = s.process.Wait()
	return err
}
