// Package factorize finds the prime factors and all divisors of whole numbers.
//
// The method follows the size of a number. One machine word takes a table of small primes, Hart's one-line method, and
// above 40 bits elliptic curves. A self-initialising quadratic sieve follows, after a few curves for small factors, up
// to some 95 digits. Larger numbers are tried with p-1 and elliptic curves for as long as the context allows: then the
// answer is a [PartialError] with the factors found so far.
//
// Before that come the methods that find special factors at once: cyclotomic factors of a^n-1 and a^n+1, perfect
// powers, Fermat's method for factors close to each other, and p-1 and p+1.
//
// Primality is exact below 2^64. Above, a prime is a number that passes the Baillie-PSW
// test, for which no counterexample is known; [Factorizer.Prove] makes certificates.
//
//	divisors, err := factorize.Parallel(ctx, runtime.NumCPU(), big.NewInt(128), big.NewInt(255))
//
// [Sequential] and [Parallel] give all divisors of many numbers; [AppendDivisors] and [AppendPrimes] do it for one
// word without allocation; a [Factorizer] gives several callers one set of cores.
// The results depend on nothing but the numbers.
package factorize
