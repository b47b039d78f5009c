#!/bin/bash
# ecm.sh BUILD [BOUND DIGITS]: the expected time for a factor of a number of 100 digits, theirs over ours: processor time
# of a curve times the number of curves. Both take curves of the same kind, so that GMP-ECM's own estimate of the number,
# which it gives for 35 digits and more, holds for our bounds as well; for 30 digits, for which the bound is the best, our
# part of its time is a little larger. Three rounds, interleaved; medians.
set -euo pipefail
build=$(cd "$1" && pwd)
bound=${2:-250000} digits=${3:-35}
. "$(dirname "$0")/sets.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
numbers 'digits10(100)' 1 > "$work/n"

# expected BOUNDS...: how many curves find a factor of that many digits.
expected() {
	ecm -v -param 1 -c 1 "$@" < "$work/n" |
		awk -F'\t' -v d="$digits" '/^Expected number/ { getline; split($0, h); getline; split($0, c); for (i in h) if (h[i] == d) print c[i] }'
}

theirs() { cpu ecm -q -param 1 -c 3 "$bound" < "$work/n" | awk '{ print $1 / 3 }'; }
curves() { taskset -c 1 "$build/curve.test" -test.run '^$' -test.bench "Curve/$bound/both" -test.benchtime 3x; }
mine() { curves | awk '/^BenchmarkCurve/ { print $5 / 1e6 }'; }

for _ in 1 2 3; do
	mine >> "$work/mine"
	theirs >> "$work/theirs"
done
reach=$(sed -n 's/^const reach = //p' "$(dirname "$0")/../internal/curve/plan.go")
awk -v mine="$(median < "$work/mine")" -v theirs="$(median < "$work/theirs")" \
	-v ours="$(expected "$bound" "$((reach * bound))")" -v them="$(expected "$bound")" 'BEGIN {
	printf "a curve up to %d: %.0f ms, GMP-ECM %.0f ms; curves for %d digits: %d, GMP-ECM %d; theirs over ours %.2f\n",
		'"$bound"', mine, theirs, '"$digits"', ours, them, theirs * them / (mine * ours) }'
