#!/bin/bash
# right.sh BUILD [SIZE...]: compares the prime factors of COUNT numbers of each size with PARI's, byte for byte, once with
# the assembly and once in plain Go. Sizes are bits of random numbers (r64) and of products of two primes (s96), or
# decimal digits of such products (d40). It fails at the first difference.
set -euo pipefail
build=$(cd "$1" && pwd)
sizes=${*:2}
. "$(dirname "$0")/sets.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for size in ${sizes:-r32 r64 s64 s80 s96 s112 s128 d40}; do
	n=${size:1}
	case $size in
	r*) expression="2^($n-1) + random(2^($n-1))" ;;
	s*) expression="semi($n)" ;;
	d*) expression="digits10($n)" ;;
	esac
	numbers "$expression" "${COUNT:-5000}" > "$work/set"
	gp -q -f > "$work/pari" 2>/dev/null <<-END
	default(parisizemax, "200M");
	p(n) = { my(f = factor(n)); print1(n ":"); for(k = 1, matsize(f)[1], for(j = 1, f[k,2], print1(" " f[k,1]))); print() };
	v = readvec("$work/set"); for(i = 1, #v, p(v[i]));
	END
	for processor in avx2=on avx2=off; do
		GODEBUG=cpu.$processor "$build/factorize" --primes < "$work/set" > "$work/ours"
		cmp "$work/ours" "$work/pari"
		echo "$size: $(wc -l < "$work/ours") numbers, $processor: equal"
	done
done
