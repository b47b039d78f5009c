#!/bin/bash
# compare.sh BUILD [ROW...]: our speed over that of the peers, in processor time on one core: interleaved, the median of
# three runs (or RUNS). Without names all rows but d70 and d80, which take minutes and more. PEERS="pari" asks no others.
set -euo pipefail
build=$(cd "$1" && pwd)
rows=${*:2}
. "$(dirname "$0")/sets.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# row KEY NAME EXPRESSION COUNT PEER...: a row for each peer. The set is COUNT values of a gp expression.
row() {
	local key=$1 name=$2 expression=$3 count=$4; shift 4
	wanted "$key" || return 0
	numbers "$expression" "$count" > "$work/$key"
	compare "$name" "$work/$key" "$@"
}

wanted() { [ -z "$rows" ] || [[ " $rows " = *" $1 "* ]]; }

compare() { # NAME SET PEER...
	local name=$1 set=$2; shift 2
	[ -z "${PEERS:-}" ] || set -- $PEERS
	for _ in $(seq "${RUNS:-3}"); do
		for program in ours "$@"; do "$program" "$set" >> "$set.$program"; done
	done
	local mine; mine=$(median < "$set.ours")
	for program in "$@"; do
		printf '| %s | %s | %s |\n' "$name" "$program" "$(median < "$set.$program" | awk -v o="$mine" '{ printf "%.2f", $1 / o }')"
	done
}

echo '| set | peer | our speed over theirs |'
echo '|---|---|---|'
row seq '1 to 1,000,000' i 1000000 gnu
row r32 'random, 32 bits' '2^31 + random(2^31)' 500000 gnu flint
row r64 'random, 64 bits' '2^63 + random(2^63)' 10000 gnu pari flint
row s64 'semiprimes, 64 bits' 'semi(64)' 2000 gnu pari flint
row s96 'semiprimes, 96 bits' 'semi(96)' 200 pari flint
row s128 'semiprimes, 128 bits' 'semi(128)' 40 pari flint
row d40 'semiprimes, 40 digits' 'digits10(40)' 25 pari flint
row d50 'semiprimes, 50 digits' 'digits10(50)' 4 pari flint
row d60 'semiprimes, 60 digits' 'digits10(60)' 1 pari flint
if [ -n "$rows" ]; then # minutes: only by name
	row d70 'semiprimes, 70 digits' 'digits10(70)' 1 pari
	row d80 'semiprimes, 80 digits' 'digits10(80)' 1 pari
fi

# All divisors, sorted: ours are printed too, PARI's only computed.
if wanted divisors; then
	for _ in $(seq 50); do echo 897612484786617600; done > "$work/divisors"
	ours() { cpu "$build/factorize" --sequential < "$1"; }
	pari() { echo 'gettime();for(i=1,50,divisors(897612484786617600));print(gettime())' | gp -q -f | tail -1; }
	compare '103,680 divisors of 897612484786617600 (ours printed)' "$work/divisors" pari
fi

# The course's four numbers: a call of Sequential against the loop over all candidates in Python.
if wanted course; then
	ours() { "$build/factorize" bench --quiet --set course --json | sed 's/.*"sequential_ms":\([0-9.]*\),.*/\1/' | awk '{ print $1 / 20000 }'; }
	python() { python3 "$(dirname "$0")/course.py"; }
	compare "the course's check" "$work/course" python
fi
