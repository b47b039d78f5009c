# Functions that make seeded sets of numbers, and measure processor time in milliseconds. Sourced by the scripts.
TIMEFORMAT='%U %S'

# numbers EXPRESSION COUNT: values of a gp expression, a line each.
numbers() {
	gp -q -f 2>/dev/null <<-END
	default(parisizemax, "200M");
	setrand(5);
	largep(b) = { my(p); until(ispseudoprime(p), p = 2^(b-1) + random(2^(b-1))); p };
	semi(b) = { my(n); until(#binary(n) == b, n = largep(b\2) * largep(b-b\2)); n };
	digits10(d) = { my(n); until(#digits(n) == d, n = largep(round(d*1.66)) * largep(round(d*1.66))); n };
	for(i = 1, $2, print($1));
	END
}

# cpu COMMAND...: its processor time, output thrown away.
cpu() { { time "$@" >/dev/null; } 2>&1 | awk '{ print 1000 * ($1 + $2) }'; }

ours() { cpu "$build/factorize" --primes --sequential < "$1"; }
gnu() { cpu factor < "$1"; }
flint() { (cd "$work" && "$build/flint" < "$1"); } # it writes a file where it stands
pari() {
	gp -q -f 2>/dev/null <<-END | tail -1
	default(parisizemax, "200M");
	default(factor_proven, 0);
	v = readvec("$1");
	gettime(); for(i = 1, #v, factor(v[i])); print(gettime());
	END
}

median() { sort -g | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }
