#!/bin/bash
# compare.sh BUILD: our speed over that of the peers, in processor time on one core: interleaved, the median of three runs.
set -euo pipefail
build=$(cd "$1" && pwd)
. "$(dirname "$0")/sets.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

compare() { # NAME SET PEER...
	local name=$1 set=$2; shift 2
	for _ in 1 2 3; do
		for program in ours "$@"; do "$program" "$set" >> "$set.$program"; done
	done
	local mine; mine=$(median < "$set.ours")
	for program in "$@"; do
		printf '| %s | %s | %s |\n' "$name" "$program" "$(median < "$set.$program" | awk -v o="$mine" '{ printf "%.2f", $1 / o }')"
	done
}

echo '| set | peer | our speed over theirs |'
echo '|---|---|---|'
seq 1000000 > "$work/seq"; compare '1 to 1,000,000' "$work/seq" gnu
numbers '2^31 + random(2^31)' 500000 > "$work/r32"; compare 'random, 32 bits' "$work/r32" gnu flint
numbers '2^63 + random(2^63)' 10000 > "$work/r64"; compare 'random, 64 bits' "$work/r64" gnu pari flint
numbers 'semi(64)' 2000 > "$work/s64"; compare 'semiprimes, 64 bits' "$work/s64" gnu pari flint
numbers 'semi(96)' 200 > "$work/s96"; compare 'semiprimes, 96 bits' "$work/s96" pari flint
numbers 'semi(128)' 40 > "$work/s128"; compare 'semiprimes, 128 bits' "$work/s128" pari flint
numbers 'digits10(40)' 25 > "$work/d40"; compare 'semiprimes, 40 digits' "$work/d40" pari flint
numbers 'digits10(50)' 4 > "$work/d50"; compare 'semiprimes, 50 digits' "$work/d50" pari flint
numbers 'digits10(60)' 1 > "$work/d60"; compare 'semiprimes, 60 digits' "$work/d60" pari flint

# All divisors of 897612484786617600, sorted: ours are printed too, PARI's only computed.
for _ in $(seq 50); do echo 897612484786617600; done > "$work/divisors"
ours() { cpu "$build/factorize" --sequential < "$1"; }
pari() { echo 'gettime();for(i=1,50,divisors(897612484786617600));print(gettime())' | gp -q -f | tail -1; }
compare '103,680 divisors' "$work/divisors" pari
