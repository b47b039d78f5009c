#!/bin/bash
# cores.sh BUILD: the speed-up of two workers over one core in wall-clock time, and what two independent processes, each
# pinned to a core of its own, reach at once. Medians of five interleaved runs.
set -euo pipefail
build=$(cd "$1" && pwd)
. "$(dirname "$0")/sets.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

wall() { local TIMEFORMAT=%R; { time "$@" > /dev/null; } 2>&1; }
one() { taskset -c "$1" "$build/factorize" --primes --sequential < "$2"; }
two() { "$build/factorize" --primes --workers 2 < "$1"; }
independent() { one 0 "$1" & one 1 "$1"; wait; }

speedup() { # NAME EXPRESSION COUNT
	numbers "$2" "$3" > "$work/set"
	rm -f "$work"/*.wall
	for _ in 1 2 3 4 5; do
		wall one 1 "$work/set" >> "$work/one.wall"
		wall two "$work/set" >> "$work/two.wall"
		wall independent "$work/set" >> "$work/independent.wall"
	done
	awk -v name="$1" -v one="$(median < "$work/one.wall")" -v two="$(median < "$work/two.wall")" -v both="$(median < "$work/independent.wall")" \
		'BEGIN { printf "| %s | %.2f | %.2f | %.2f |\n", name, one / two, 2 * one / both, one / two / (2 * one / both) }'
}

echo '| set | two workers | two processes | the one in parts of the other |'
echo '|---|---|---|---|'
speedup '1 to 10,000,000' i 10000000
speedup '2,000,000 random, 32 bits' '2^31 + random(2^31)' 2000000
speedup '100,000 random, 64 bits' '2^63 + random(2^63)' 100000
speedup '20,000 semiprimes, 64 bits' 'semi(64)' 20000
speedup '400 semiprimes, 96 bits' 'semi(96)' 400
speedup '120 semiprimes, 128 bits' 'semi(128)' 120
speedup '100 semiprimes, 40 digits' 'digits10(40)' 100
speedup 'one semiprime, 50 digits' 'digits10(50)' 1
speedup 'one semiprime, 60 digits' 'digits10(60)' 1
