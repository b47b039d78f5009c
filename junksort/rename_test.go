package junksort

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// Whatever names files exchange, each step finds its name free, and at the end each has the one it was to get.
func TestStepsOfARenaming(t *testing.T) {
	f := &tree.Folder{}
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 2000 {
		n := 1 + random.IntN(8)
		wanted := random.Perm(n + random.IntN(3))
		lies := map[string]string{} // whose file has a name
		var list []naming
		for i := range n {
			from, to := fmt.Sprint(i), fmt.Sprint(wanted[i%len(wanted)])
			lies[from] = from
			if from != to {
				list = append(list, naming{in: f, from: from, to: to})
			}
		}
		for _, m := range steps(list, "token") {
			from, to := m.Name.String(), m.NewName.String()
			if _, taken := lies[to]; taken {
				t.Fatalf("round %d: %s goes to %s, which is taken: %v", round, from, to, list)
			}
			file, there := lies[from]
			if !there {
				t.Fatalf("round %d: there is no %s: %v", round, from, list)
			}
			delete(lies, from)
			lies[to] = file
		}
		for _, n := range list {
			if lies[n.to] != n.from {
				t.Fatalf("round %d: %s has the file of %s, not of %s: %v", round, n.to, lies[n.to], n.from, list)
			}
		}
	}
}
