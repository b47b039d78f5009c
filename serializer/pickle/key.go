package pickle

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"

	"github.com/pythonweb/goweb/serializer"
)

// longestKey bounds the form of a key, which shared tuples could make arbitrarily long.
const longestKey = 1 << 16

// keyForm writes a key so that those have equal forms that Python takes for equal: 1, 1.0 and True are one key.
func keyForm(key object) (string, error) {
	var b strings.Builder
	if err := appendKey(&b, key, 0); err != nil {
		return "", err
	}
	return b.String(), nil
}

func appendKey(b *strings.Builder, key object, depth int) error {
	if b.Len() > longestKey || depth > 100 {
		return fmt.Errorf("key is too large: %w", serializer.ErrLimit)
	}
	switch k := key.(type) {
	case serializer.Value:
		return appendScalar(b, k)
	case oldText:
		return appendScalar(b, serializer.String(string(k)))
	case namedZone: // the name is no part of what Python compares
		fmt.Fprintf(b, "zone %d;", k.zone)
		return nil
	case zone:
		fmt.Fprintf(b, "zone %d;", k)
		return nil
	case *node:
		return appendNode(b, k, depth)
	}
	return fmt.Errorf("%s is no key", describe(key))
}

func appendScalar(b *strings.Builder, v serializer.Value) error {
	number := func(r *big.Rat) error {
		fmt.Fprintf(b, "number %s;", r.RatString())
		return nil
	}
	switch v.Kind() {
	case serializer.KindBool, serializer.KindInt, serializer.KindBigInt:
		if i, ok := v.Big(); ok {
			return number(new(big.Rat).SetInt(i))
		}
		return number(big.NewRat(v.Number(), 1))
	case serializer.KindFloat:
		f, _ := v.Float()
		if !math.IsNaN(f) && !math.IsInf(f, 0) {
			return number(new(big.Rat).SetFloat64(f))
		}
		if math.IsNaN(f) {
			return errors.New("NaN is no key: it differs from itself")
		}
	case serializer.KindFraction:
		r, _ := new(big.Rat).SetString(v.Text())
		return number(r)
	case serializer.KindDecimal:
		// Decimals of moderate size are numbers like the others.
		if len(v.Text()) < 400 && !strings.ContainsAny(v.Text(), "EN") {
			if r, ok := new(big.Rat).SetString(v.Text()); ok {
				return number(r)
			}
		}
	}
	fmt.Fprintf(b, "%s %d %q %q;", v.Kind(), v.Number(), v.Text(), v.Bytes())
	return nil
}

func appendNode(b *strings.Builder, n *node, depth int) error {
	switch n.kind {
	case serializer.KindTuple:
		b.WriteByte('(')
		for _, item := range n.items {
			if err := appendKey(b, item, depth+1); err != nil {
				return err
			}
		}
		b.WriteByte(')')
		return nil
	case serializer.KindFrozenSet:
		var forms []string
		for _, item := range n.items {
			form, err := keyForm(item)
			if err != nil {
				return err
			}
			forms = append(forms, form)
		}
		slices.Sort(forms)
		fmt.Fprintf(b, "{%s}", strings.Join(forms, ""))
		return nil
	case serializer.KindInstance:
		fmt.Fprintf(b, "%p;", n) // compared by identity, as Python does by default
		return nil
	}
	return fmt.Errorf("a %s is no key: it may change", n.kind)
}
