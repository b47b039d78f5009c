package sieve

import (
	"bufio"
	"fmt"
	"math/big"
	"os"
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
	start := time.Now()
	k := 0
	for in.Scan() {
		n, _ := new(big.Int).SetString(in.Text(), 10)
		d, err := Split(t.Context(), n, crew.New(1), nil)
		if err != nil || new(big.Int).Mod(n, d).Sign() != 0 {
			t.Error(n, d, err)
		}
		k++
	}
	fmt.Println(time.Since(start) / time.Duration(k))
}
