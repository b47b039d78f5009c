package shell

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The lines of a pipe come one by one, the last one without a line feed too; who stops asking leaves nothing behind.
func TestPipe(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	p := newPipe(ctx, strings.NewReader("один\r\nдва"))
	for _, want := range []string{"один", "два"} {
		if got, err := p.Line(ctx, ""); got != want || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
	if _, err := p.Line(ctx, ""); !errors.Is(err, io.EOF) {
		t.Errorf("behind the end is %v", err)
	}
	p = newPipe(ctx, strings.NewReader("один\nдва\n"))
	if _, err := p.Line(ctx, ""); err != nil {
		t.Error(err)
	}
	over := errors.New("over")
	cancel(over)
	for range 3 { // a line that was there already may come before
		if _, err := p.Line(ctx, ""); errors.Is(err, over) {
			return
		}
	}
	t.Error("the end of the context is not told")
}
