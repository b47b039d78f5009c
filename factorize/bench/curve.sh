#!/bin/bash
# curve.sh BUILD: an SVG of the time for one semiprime against its size, both axes as in the table of the sizes.
set -euo pipefail
build=$(cd "$1" && pwd)
. "$(dirname "$0")/sets.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for size in 40:2000 48:2000 56:1000 64:500 72:200 80:100 96:60 112:30 128:15 144:6 160:3 176:2 190:1; do
	bits=${size%:*} count=${size#*:}
	numbers "semi($bits)" "$count" > "$work/set"
	programs='ours pari flint'
	[ "$bits" -gt 72 ] || programs="$programs gnu"
	for program in $programs; do
		echo "$program $bits $("$program" "$work/set") $count"
	done
done | awk '
function x(bits) { return 60 + (bits - 40) * 4 }
function y(ms) { return 360 - (log(ms < 0.001 ? 0.001 : ms) / log(10) + 3) * 45 }
BEGIN {
	print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-20 0 710 405\" font-family=\"sans-serif\" font-size=\"12\">"
	print "<rect x=\"-20\" width=\"710\" height=\"405\" fill=\"white\"/>"
	for (e = -3; e <= 4; e++) printf "<path d=\"M60 %d H660\" stroke=\"#ddd\"/><text x=\"54\" y=\"%d\" text-anchor=\"end\">%s ms</text>\n", y(10^e), y(10^e) + 4, 10^e
	for (b = 40; b <= 190; b += 10) printf "<text x=\"%d\" y=\"378\" text-anchor=\"middle\">%d</text>\n", x(b), b
	print "<text x=\"360\" y=\"395\" text-anchor=\"middle\">bits of the product of two primes of equal size</text>"
	split("ours #c00 factorize;pari #06c PARI;flint #080 FLINT;gnu #777 GNU factor", rows, ";")
	for (i in rows) { split(rows[i], f, " "); color[f[1]] = f[2]; name[f[1]] = substr(rows[i], length(f[1]) + length(f[2]) + 3) }
}
{ line[$1] = line[$1] (line[$1] ? " L" : "M") x($2) " " y($3 / $4); lastx[$1] = x($2); lasty[$1] = y($3 / $4) }
END {
	n = 0
	for (p in line) {
		printf "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n", line[p], color[p]
		printf "<text x=\"80\" y=\"%d\" fill=\"%s\">%s</text>\n", 40 + 16 * n++, color[p], name[p]
	}
	print "</svg>"
}'
