package resp_test

import (
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"github.com/pythonweb/goweb/storage/internal/resp"
	"github.com/pythonweb/goweb/storage/storagetest"
)

func dial(t *testing.T, address string) *resp.Conn {
	t.Helper()
	a, err := resp.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	c, err := resp.Dial(a)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func TestRedis(t *testing.T) {
	server := storagetest.Redis(t)
	if _, err := dial(t, server.URL).Send("CONFIG", "SET", "requirepass", "p@ss/word"); err != nil {
		t.Fatal(err)
	}
	host := strings.TrimSuffix(strings.TrimPrefix(server.URL, "redis://127.0.0.1"), "/0")
	for _, name := range []string{"127.0.0.1", "localhost"} {
		c := dial(t, "redis://:p%40ss%2Fword@"+name+host+"/3")
		for _, test := range []struct {
			command string
			want    any
		}{
			{"SET k v", "OK"},
			{"GET k", "v"},
			{"GET none", nil},
			{"APPEND k w", int64(2)},
			{"EVAL return{1,'a',{false,{}}} 0", []any{int64(1), "a", []any{nil, []any(nil)}}},
		} {
			got, err := c.Send(strings.Fields(test.command)...)
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("%s: %v %s", test.command, err, diff)
			}
		}
		var answer resp.Error
		if _, err := c.Send("NONSENSE"); !errors.As(err, &answer) {
			t.Errorf("an unknown command: %v", err)
		}
		if got, err := c.Send("GET", "k"); got != "vw" || err != nil {
			t.Errorf("after an error: %v, %v", got, err)
		}
	}
	if _, err := dial(t, "redis://:wrong@127.0.0.1"+host).Send("PING"); err == nil ||
		strings.Contains(err.Error(), "wrong@") {
		t.Errorf("a wrong password: %v", err)
	}
}

// What is read here is what the other client reads.
func TestParse(t *testing.T) {
	for _, address := range []string{
		"redis://h", "redis://h:1/2", "redis://:p%40ss%2Fword@h/3", "redis://same:same@h:1/0", "redis://u:a+b@h",
		"redis://u@h",
		"redis://h?db=4", "redis://[::1]:6380/1", "redis://", "unix:///run/redis%20x.sock?db=2", "unix://u:p@/run/s",
	} {
		want, err := redis.ParseURL(address)
		if err != nil {
			t.Fatal(err)
		}
		a, err := resp.Parse(address)
		user, password, database := a.Login()
		if err != nil || a.Host+a.Socket != strings.Replace(want.Addr, "localhost", "127.0.0.1", 1) ||
			user != want.Username || password != want.Password || database != want.DB {
			t.Errorf("%s: %+v, %v; want %+v", address, a, err, want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, address := range []string{
		"", "rediss://u:HUNTER2@h", "u:HUNTER2@h", "redis://u:HUN/HUNTER2@h", "redis://u:HUNTER2@h/x",
		"redis://u:HUN@HUNTER2@h", "redis://u:HUNTER2@h/-1", "redis://u:HUNTER2@h?addr=i:1",
	} {
		if _, err := resp.Parse(address); err == nil || strings.Contains(err.Error(), "HUNTER2") {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// Whatever a server sends, there is an answer or an error, and no panic.
func FuzzAnswer(f *testing.F) {
	for _, text := range []string{
		"+OK\r\n", "-ERR x\r\n", ":1\r\n", "$3\r\nabc\r\n", "*2\r\n:1\r\n$-1\r\n", "*-1\r\n", "$99999999999\r\n",
		"*1\r\n*1\r\n*1\r\n", "\r\n",
	} {
		f.Add([]byte(text))
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = listener.Close() })
	a, err := resp.Parse("redis://" + listener.Addr().String())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		done := make(chan struct{})
		go func() {
			defer close(done)
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			defer func() { _ = conn.Close() }()
			_, _ = conn.Write(data)
			_, _ = conn.Read(make([]byte, 1000))
		}()
		c, err := resp.Dial(a)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = c.Send("PING")
		_ = c.Close()
		<-done
	})
}
