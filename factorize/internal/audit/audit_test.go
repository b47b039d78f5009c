package audit

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/factorize/certificate"
)

// TestCompositeBelow: a certificate that stands on a composite number proves nothing, although its own conditions
// hold.
func TestCompositeBelow(t *testing.T) {
	composite := new(big.Int).Mul(big.NewInt(1099511627791), big.NewInt(1099511628401))
	one := big.NewInt(1)
	c := certificate.Certificate{Prime: new(big.Int)}
	for k := int64(2); ; k += 2 {
		if c.Prime.Mul(composite, big.NewInt(k)).Add(c.Prime, one).ProbablyPrime(20) {
			break
		}
	}
	for witness := int64(2); c.Factors == nil || c.Verify() != nil; witness++ {
		c.Factors = []certificate.Factor{{Prime: composite, Witness: big.NewInt(witness)}}
	}
	text := fmt.Sprintf("%v: %v\n  %v\n", c.Prime, c.Prime, c)
	var problem error
	r, err := Check(strings.NewReader(text), func(_ int, err error) { problem = err })
	if err != nil || r.Wrong+r.Probable == 0 || r.Proved > 0 {
		t.Errorf("%+v, %v, %v", r, problem, err)
	}
}
