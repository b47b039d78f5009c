package audit

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/pythonweb/goweb/factorize/certificate"
)

// read returns the answer that a line begins, or current if it belongs to that; nil after what is not an answer.
func read(line string, current *answer) (*answer, error) {
	switch {
	case strings.HasPrefix(line, "{"):
		return readJSON(line)
	case strings.HasPrefix(line, "! "), strings.HasPrefix(line, "# "), strings.TrimSpace(line) == "":
		return nil, nil
	case strings.HasPrefix(line, " "):
		if current == nil {
			return nil, errors.New("a certificate without an answer before it")
		}
		return current, current.learn(strings.TrimSpace(line))
	}
	number, list, ok := strings.Cut(line, ":")
	n, whole := decimal(number)
	if !ok || !whole {
		return nil, errors.New("not an answer of factorize")
	}
	a := &answer{n: n, certificates: map[string]certificate.Certificate{}}
	for _, field := range strings.Fields(list) {
		if err := a.add(field); err != nil {
			return nil, err
		}
	}
	return a, nil
}

func decimal(s string) (*big.Int, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return nil, false
	}
	n, ok := new(big.Int).SetString(s, 10)
	return n, ok && n.Sign() > 0
}

// add takes one factor: 7, 7^2, or [77] where it is composite.
func (a *answer) add(field string) error {
	if inner, ok := strings.CutPrefix(field, "["); ok {
		n, whole := decimal(strings.TrimSuffix(inner, "]"))
		if !whole || a.composite != nil {
			return fmt.Errorf("%q is not a factor", field)
		}
		a.composite = n
		return nil
	}
	prime, power, raised := strings.Cut(field, "^")
	exponent := 1
	if raised {
		var err error
		if exponent, err = strconv.Atoi(power); err != nil || exponent < 1 {
			return fmt.Errorf("%q is not a factor", field)
		}
	}
	p, whole := decimal(prime)
	if !whole {
		return fmt.Errorf("%q is not a factor", field)
	}
	a.factors = append(a.factors, factor{p, exponent})
	return nil
}

// learn takes a line that goes with the answer.
func (a *answer) learn(line string) error {
	if number, ok := strings.CutSuffix(line, ": probable prime (BPSW)"); ok {
		if _, whole := decimal(number); whole {
			return nil
		}
	}
	c, err := certificate.Parse(line)
	if err != nil {
		return err
	}
	a.certificates[c.Prime.String()] = c
	return nil
}

func readJSON(line string) (*answer, error) {
	var v struct {
		N      string   `json:"n"`
		Primes []string `json:"primes"`
		Powers []struct {
			Prime    string `json:"prime"`
			Exponent int    `json:"exponent"`
		} `json:"powers"`
		Composite    string `json:"composite"`
		Certificates []struct {
			Prime   string `json:"prime"`
			Factors []struct {
				Prime   string `json:"prime"`
				Witness string `json:"witness"`
			} `json:"factors"`
		} `json:"certificates"`
	}
	if err := json.Unmarshal([]byte(line), &v); err != nil {
		return nil, fmt.Errorf("not an answer of factorize: %w", err)
	}
	fields := v.Primes
	for _, p := range v.Powers {
		fields = append(fields, fmt.Sprintf("%s^%d", p.Prime, p.Exponent))
	}
	if v.Composite != "" {
		fields = append(fields, "["+v.Composite+"]")
	}
	a, err := read(v.N+": "+strings.Join(fields, " "), nil)
	if err != nil {
		return nil, err
	}
	for _, c := range v.Certificates {
		if c.Factors == nil {
			continue
		}
		text := c.Prime + ": prime (BLS75), n-1:"
		for _, f := range c.Factors {
			text += " " + f.Prime + "(" + f.Witness + ")"
		}
		if err := a.learn(text); err != nil {
			return nil, err
		}
	}
	return a, nil
}
