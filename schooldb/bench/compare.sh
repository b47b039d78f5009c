#!/bin/bash
# compare.sh import|postgres|memory|add_all|bun|sqlite3|calls [STUDENTS [ROUNDS]]: processor time of schooldb beside its peers, interleaved.
#   import   sqlite3's .import without foreign keys, which then builds the same indexes and sums
#   postgres psql's \copy into a server of its own without foreign keys, and the same indexes and sums; client and server
#   memory   the most memory of an import of all and of a tenth of the students
#   add_all  SQLAlchemy's add_all on a twentieth of the students
#   bun      the twelve queries through database/sql and the same driver
#   sqlite3  the twelve queries by the sqlite3 program on the same file
#   calls    no peer: milliseconds of single calls of the twelve queries in the database $SCHOOLDB_DB
set -euo pipefail
cd "$(dirname "$0")"
part=${1:?import, postgres, memory, add_all, bun, sqlite3 or calls}
students=${2:-100000}
rounds=${3:-3}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
schooldb() { "$dir/schooldb" --db "$dir/$db" "$@"; }

# school FOLDER STUDENTS: a folder of files.
school() {
	local db=made.db
	rm -f "$dir/$db"
	schooldb migrate --quiet
	schooldb seed --students "$2" --groups $(($2 / 25)) --subjects 20 --teachers 10 --seed 1 --quiet
	schooldb export "$dir/$1"
}

# new: an empty database.
new() {
	rm -f "$dir"/ours.db*
	db=ours.db schooldb migrate --quiet
}

# cpu COMMAND...: user and system seconds.
cpu() { ( TIMEFORMAT='%U %S'; time "$@" >/dev/null 2>&1 ) 2>&1 | awk '{ print $1 + $2 }'; }
ratio() { echo "$1 $2" | awk '{ printf "%.2f\n", $1 / $2 }'; }

case $part in
bun | sqlite3 | calls)
	(cd .. && go test -c -o "$dir/bench" .)
	declare -A name=([bun]=Bun [sqlite3]=SQLite3 [calls]=Calls)
	(cd .. && "$dir/bench" -test.run '^$' -test.bench "${name[$part]}" -test.benchtime 1x) | grep -oE '[0-9.]+ [a-z-]+-(ratio|[a-z0-9]+-ms)'
	exit
	;;
esac
(cd .. && go build -o "$dir/schooldb" ./cmd/schooldb)
# whole: the peers get the grades in hundredths and have nothing to convert.
whole() {
	cp -r "$dir/csv" "$dir/whole"
	awk -F, -v OFS=, 'NR > 1 { $4 = int($4 * 100 + 0.5) } { print }' "$dir/csv/grades.csv" >"$dir/whole/grades.csv"
}

# as_postgres COMMAND...: PostgreSQL does not run as root.
as_postgres() { if ((EUID == 0)); then setpriv --reuid postgres --regid postgres --clear-groups "$@"; else "$@"; fi; }

# used: seconds of processor time of the server and all that it has started.
used() {
	local server
	server=$(head -1 "$dir/data/postmaster.pid")
	cat "/proc/$server/stat" $(pgrep -P "$server" | sed 's|.*|/proc/&/stat|') |
		awk -v server="$server" '{ sum += $14 + $15 } $1 == server { sum += $16 + $17 } END { print sum / 100 }'
}

# both COMMAND...: user and system seconds of a client and of the server.
both() {
	local before client
	before=$(used)
	client=$(cpu "$@")
	sleep 1 # the server has waited for who served the client
	echo "$client $(used) $before" | awk '{ print $1 + $2 - $3 }'
}

case $part in
postgres)
	bin=$(pg_config --bindir)
	port=$((20000 + $$ % 20000))
	address="postgres://postgres@127.0.0.1:$port"
	mkdir "$dir/data"
	chmod 711 "$dir"
	if ((EUID == 0)); then chown postgres "$dir/data"; fi
	as_postgres "$bin/initdb" --pgdata="$dir/data" --username=postgres --auth=trust --encoding=UTF8 --locale=C >/dev/null
	as_postgres "$bin/pg_ctl" -D "$dir/data" -w -l "$dir/data/log" -o "-h 127.0.0.1 -p $port -k ''" start >/dev/null
	trap 'as_postgres "$bin/pg_ctl" -D "$dir/data" -m fast stop >/dev/null; rm -rf "$dir"' EXIT
	school csv "$students"
	whole
	python3 peer.py psql "$dir/whole" >"$dir/peer.sql"
	for ((round = 0; round < rounds; round++)); do
		for name in ours peer; do
			psql -q "$address/postgres" -c "DROP DATABASE IF EXISTS $name" -c "CREATE DATABASE $name" -c CHECKPOINT 2>/dev/null
		done
		"$dir/schooldb" --db "$address/ours?sslmode=disable" migrate --quiet
		ours=$(both "$dir/schooldb" --db "$address/ours?sslmode=disable" import "$dir/csv")
		peer=$(both psql -q -v ON_ERROR_STOP=1 "$address/peer" -f "$dir/peer.sql")
		echo "import / psql \\copy, $students students: $(ratio "$ours" "$peer") ($ours s, $peer s)"
	done
	;;
import)
	school csv "$students"
	whole
	python3 peer.py sql "$dir/whole" >"$dir/peer.sql"
	for ((round = 0; round < rounds; round++)); do
		new
		rm -f "$dir/peer.db"
		ours=$(cpu "$dir/schooldb" --db "$dir/ours.db" import "$dir/csv")
		peer=$(cpu sqlite3 "$dir/peer.db" ".read $dir/peer.sql")
		echo "import / sqlite3 .import, $students students: $(ratio "$ours" "$peer")"
	done
	;;
memory)
	for n in $((students / 10)) "$students"; do
		school "csv$n" "$n"
		new
		python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, "MiB")' "$dir/schooldb" --db "$dir/ours.db" import "$dir/csv$n" |
			sed "s/^/import of $n students: at most /"
	done
	;;
add_all)
	few=$((students / 20))
	school few $few
	for ((round = 0; round < rounds; round++)); do
		new
		rm -f "$dir/alchemy.db"
		ours=$(cpu "$dir/schooldb" --db "$dir/ours.db" import "$dir/few")
		peer=$(cpu /usr/bin/python3 peer.py add_all "$dir/few" "$dir/alchemy.db")
		echo "SQLAlchemy add_all / import, $few students: $(ratio "$peer" "$ours")"
	done
	;;
esac
