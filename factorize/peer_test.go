package factorize_test

import (
	"math/big"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
)

// GNU factor and PARI agree on seeded sets.
func TestPeers(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 4))
	var lines []string
	for bits := 2; bits <= consoletest.Count(80, 100); bits++ {
		for range consoletest.Count(10, 400) {
			lines = append(lines, randomNumber(r, bits).String())
		}
	}
	input := strings.Join(lines, "\n") + "\n"
	ours := output(t, exec.Command("factorize", "--primes"), input)
	gnu := output(t, exec.Command(consoletest.Need(t, "factor", "coreutils")), input)
	compare(t, ours, gnu)

	for bits := 102; bits <= consoletest.Count(122, 190); bits += 10 {
		lines = append(lines, new(big.Int).Mul(randomPrime(r, bits/2), randomPrime(r, bits/2)).String())
	}
	input = strings.Join(lines, "\n") + "\n"
	ours = output(t, exec.Command("factorize", "--primes"), input)
	gp := exec.Command(consoletest.Need(t, "gp", "pari-gp"), "-q", "-s", "64000000")
	program := "p(n)={my(f=factor(n));print1(n\":\");" +
		"for(k=1,matsize(f)[1],for(j=1,f[k,2],print1(\" \"f[k,1])));print()};\n"
	for _, line := range lines {
		program += "p(" + line + ")\n"
	}
	pari := output(t, gp, program+"quit\n")
	compare(t, ours, pari)
}

func output(t *testing.T, cmd *exec.Cmd, input string) []string {
	t.Helper()
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v", cmd, err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

func compare(t *testing.T, ours, theirs []string) {
	t.Helper()
	if len(ours) != len(theirs) {
		t.Fatalf("%d lines, they have %d", len(ours), len(theirs))
	}
	for i := range ours {
		if ours[i] != theirs[i] {
			t.Errorf("ours   %s\ntheirs %s", ours[i], theirs[i])
		}
	}
}
