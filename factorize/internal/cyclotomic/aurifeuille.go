package cyclotomic

import "math/big"

// mostSquarefree bounds the n for which Aurifeuille's factors are looked for: the polynomials have up to n terms.
const mostSquarefree = 100

// aurifeuille returns divisors of a^k - 1, or of a^k + 1 for plus, that cyclotomic polynomials do not give. Let a be
// n times a square, and n free of squares. The value of a cyclotomic polynomial at a to an odd power h is then the
// difference of two squares, C² - n a^h D² (Lucas 1878; Brent, "On computing factors of cyclotomic polynomials", 1993).
func aurifeuille(a *big.Int, k int, plus bool) (factors []*big.Int) {
	n, s := squarefree(a)
	if n < 2 {
		return nil
	}
	period := n // of the power of a^h that is 1 modulo the value
	switch {
	case n%4 != 1 && !plus:
		period = 2 * n
	case n%4 == 1 && plus:
		return nil
	}
	c, d := lucas(n)
	for h := 1; h*period <= k; h += 2 {
		if k%(h*period) != 0 || plus && k/(h*period)%2 == 0 {
			continue
		}
		x := new(big.Int).Exp(a, big.NewInt(int64(h)), nil)
		root := new(big.Int).Exp(big.NewInt(int64(n)), big.NewInt(int64(h+1)/2), nil) // of n a^h
		root.Mul(root, new(big.Int).Exp(s, big.NewInt(int64(h)), nil))
		sum := evaluate(c, x)
		root.Mul(root, evaluate(d, x))
		factors = append(factors, new(big.Int).Sub(sum, root), new(big.Int).Add(sum, root))
	}
	return factors
}

// squarefree returns n and s with n s² = a and n free of squares, or 0 if n is above the bound.
func squarefree(a *big.Int) (n int, s *big.Int) {
	for n := 1; n <= mostSquarefree; n++ {
		if moebius(n) == 0 {
			continue
		}
		s, rest := new(big.Int).QuoRem(a, big.NewInt(int64(n)), new(big.Int))
		root := new(big.Int).Sqrt(s)
		if rest.Sign() == 0 && new(big.Int).Mul(root, root).Cmp(s) == 0 {
			return n, root
		}
	}
	return 0, nil
}

// lucas returns the coefficients of C and D, the highest first, by Brent's algorithm L. n is free of squares, and at
// least 2.
func lucas(n int) (c, d []int64) {
	order := n // of the cyclotomic polynomial
	if n%4 != 1 {
		order = 2 * n
	}
	degree := totient(order) / 2
	q := func(k int) int64 {
		if k%2 != 0 {
			return int64(big.Jacobi(big.NewInt(int64(n)), big.NewInt(int64(k))))
		}
		g := int(new(big.Int).GCD(nil, nil, big.NewInt(int64(k)), big.NewInt(int64(order))).Int64())
		cosine := [...]int{1, 0, -1, 0}[(n-1)*(k/2)%4] // of (n-1) k pi / 4
		return int64(moebius(order/g) * totient(g) * cosine)
	}
	c, d = make([]int64, degree+1), make([]int64, degree)
	c[0], d[0] = 1, 1
	for k := 1; k <= degree; k++ {
		if c[k] = c[degree-k]; k <= degree/2 {
			var sum int64
			for j := range k {
				sum += int64(n)*q(2*k-2*j-1)*d[j] - q(2*k-2*j)*c[j]
			}
			c[k] = sum / int64(2*k)
		}
		if k == degree {
			break
		}
		if d[k] = d[degree-1-k]; k <= (degree-1)/2 {
			sum := c[k]
			for j := range k {
				sum += q(2*k+1-2*j)*c[j] - q(2*k-2*j)*d[j]
			}
			d[k] = sum / int64(2*k+1)
		}
	}
	return c, d
}

// evaluate returns the value of a polynomial.
func evaluate(coefficients []int64, x *big.Int) *big.Int {
	sum := new(big.Int)
	for _, c := range coefficients {
		sum.Add(sum.Mul(sum, x), big.NewInt(c))
	}
	return sum
}

// totient is how many numbers up to n have no factor in common with n.
func totient(n int) int {
	result := 0
	for _, d := range divisors(n) {
		result += moebius(n/d) * d
	}
	return result
}
