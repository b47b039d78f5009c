#!/bin/bash
# compare.sh [STUDENTS]: CPU time of schooldb import beside sqlite3's .import, which enforces no foreign keys and then
# builds the same indexes and sums, and SQLAlchemy's add_all; and of the twelve queries through bun beside database/sql.
set -euo pipefail
cd "$(dirname "$0")"
students=${1:-100000}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
(cd .. && go build -o "$dir/schooldb" ./cmd/schooldb && go test -c -o "$dir/bench" .)
export SCHOOLDB_DB=$dir/made.db
"$dir/schooldb" migrate --quiet
"$dir/schooldb" seed --students "$students" --groups $((students / 25)) --subjects 20 --teachers 10 --seed 1
"$dir/schooldb" export "$dir/csv"
# sqlite3 gets the grades in hundredths: it has nothing to convert.
cp -r "$dir/csv" "$dir/whole"
awk -F, -v OFS=, 'NR > 1 { $4 = int($4 * 100 + 0.5) } { print }' "$dir/csv/grades.csv" >"$dir/whole/grades.csv"
python3 peer.py sql "$dir/whole" >"$dir/peer.sql"

# cpu COMMAND...: user and system seconds.
cpu() { ( TIMEFORMAT='%U %S'; time "$@" >/dev/null 2>&1 ) 2>&1 | awk '{ print $1 + $2 }'; }
for round in 1 2 3; do
	rm -f "$dir"/ours.db* "$dir/peer.db"
	"$dir/schooldb" --db "$dir/ours.db" migrate --quiet
	ours=$(cpu "$dir/schooldb" --db "$dir/ours.db" import "$dir/csv")
	peer=$(cpu sqlite3 "$dir/peer.db" ".read $dir/peer.sql")
	echo "import / sqlite3 .import: $(echo "$ours $peer" | awk '{ printf "%.2f", $1 / $2 }')"
done
few=$((students / 20))
rm -f "$dir"/few.db*
"$dir/schooldb" --db "$dir/few.db" migrate --quiet
"$dir/schooldb" --db "$dir/few.db" seed --students $few --groups $((few / 25)) --subjects 20 --teachers 10 --seed 1 --quiet
"$dir/schooldb" --db "$dir/few.db" export "$dir/few"
rm -f "$dir"/ours.db*
"$dir/schooldb" --db "$dir/ours.db" migrate --quiet
ours=$(cpu "$dir/schooldb" --db "$dir/ours.db" import "$dir/few")
peer=$(cpu /usr/bin/python3 peer.py add_all "$dir/few" "$dir/alchemy.db")
echo "SQLAlchemy add_all / import, $few students: $(echo "$peer $ours" | awk '{ printf "%.1f", $1 / $2 }')"
(cd .. && "$dir/bench" -test.run '^$' -test.bench Bun -test.benchtime 1x | grep -o '[0-9.]* [a-z-]*-ratio')
