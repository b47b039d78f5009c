package pool_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/junksort/internal/engine/enginetest"
	"github.com/pythonweb/goweb/junksort/internal/engine/pool"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestConforms(t *testing.T) { enginetest.Conforms(t, pool.Run) }
