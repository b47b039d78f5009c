package sieve

import (
	"bufio"
	"fmt"
	"math/big"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/pythonweb/goweb/factorize/internal/crew"
)

func TestFile(t *testing.T) {
	f, err := os.Open(os.Getenv("FILE"))
	if err != nil {
		t.Skip()
	}
	in := bufio.NewScanner(f)
	start := cpu()
	k := 0
	for in.Scan() {
		n, _ := new(big.Int).SetString(in.Text(), 10)
		p := parametersFor(n.BitLen())
		if e := os.Getenv("P"); e != "" {
			fmt.Sscanf(e, "%d,%d,%d,%d,%d", &p.base, &p.interval, &p.skipped, &p.slack, &p.large)
		}
		d, err := split(t.Context(), n, crew.New(1), p, nil)
		if err != nil || new(big.Int).Mod(n, d).Sign() != 0 {
			t.Error(n, d, err)
		}
		k++
	}
	fmt.Println((cpu() - start) / time.Duration(k))
}

func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano())
}
