package async_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/junksort/internal/engine/async"
	"github.com/pythonweb/goweb/junksort/internal/engine/enginetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestConforms(t *testing.T) { enginetest.Conforms(t, async.Run) }
