package stream

import (
	"context"
	"math/big"
	"strconv"

	"github.com/pythonweb/goweb/factorize"
	"github.com/pythonweb/goweb/factorize/certificate"
)

// Unproved is what is said of a prime without a certificate.
const Unproved = "probable prime (BPSW)"

// prove ends the answer with a certificate for each prime of more than 64 bits: a line that begins with blanks.
func (a *answerer) prove(ctx context.Context, powers []factorize.PrimePower) {
	if a.options.JSON {
		a.text.out = append(a.text.out, `],"certificates":[`...)
	} else {
		a.end()
	}
	for _, p := range powers {
		if p.Prime.IsUint64() {
			continue
		}
		proof, err := a.options.Factorizer.Prove(ctx, p.Prime)
		if err != nil {
			a.unproved(p.Prime)
		}
		for _, c := range proof {
			a.certificate(c)
		}
	}
	if a.options.JSON {
		a.end()
	}
}

func (a *answerer) unproved(p *big.Int) {
	if a.options.JSON {
		a.object(p, "BPSW")
		a.text.out = append(a.text.out, '}')
		return
	}
	a.text.out = append(a.text.out, ' ')
	a.bigItem(p)
	a.text.out = append(a.text.out, ": "+Unproved+"\n"...)
}

func (a *answerer) certificate(c certificate.Certificate) {
	if !a.options.JSON {
		a.text.out = append(append(append(a.text.out, "  "...), c.String()...), '\n')
		return
	}
	a.object(c.Prime, c.Method())
	a.text.out = append(a.text.out, `,"factors":[`...)
	for i, f := range c.Factors {
		if i > 0 {
			a.text.out = append(a.text.out, ',')
		}
		a.text.out = append(a.text.out, `{"prime":"`...)
		a.text.out = f.Prime.Append(a.text.out, 10)
		a.text.out = append(a.text.out, `","witness":"`...)
		a.text.out = append(f.Witness.Append(a.text.out, 10), `"}`...)
	}
	a.text.out = append(a.text.out, "]}"...)
}

// object begins an element of the list of certificates.
func (a *answerer) object(p *big.Int, method string) {
	if a.text.out[len(a.text.out)-1] != '[' {
		a.text.out = append(a.text.out, ',')
	}
	a.text.out = append(a.text.out, `{"prime":"`...)
	a.text.out = p.Append(a.text.out, 10)
	a.text.out = append(a.text.out, `","method":`...)
	a.text.out = strconv.AppendQuote(a.text.out, method)
}
