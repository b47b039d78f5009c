#!/bin/bash
# stream.sh BUILD [LINES]: a number of 60 digits and then many lines through a pipe, on all cores: are the answers in order, and how
# much memory does it take?
set -euo pipefail
build=$(cd "$1" && pwd) lines=${2:-10000000}
. "$(dirname "$0")/sets.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
hard=$(numbers 'digits10(60)' 1)
{ echo "$hard"; seq "$lines"; } |
	/usr/bin/time -f '%M KB resident, %e s' "$build/factorize" --primes 2> "$work/note" |
	awk -F: -v hard="$hard" '$1 != (NR == 1 ? hard : NR - 1) { wrong++ } END { printf "%d answers, %d out of order, ", NR, wrong }'
cat "$work/note"
