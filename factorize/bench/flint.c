/* Factors the numbers on standard input with FLINT and prints the processor time of that in milliseconds. */
#include <flint/flint.h>
#include <flint/fmpz.h>
#include <flint/fmpz_factor.h>
#include <flint/ulong_extras.h>
#include <stdio.h>
#include <time.h>

int main(void)
{
    static char line[1024];
    clock_t spent = 0;
    fmpz_t n;
    fmpz_init(n);
    while (scanf("%1023s", line) == 1) {
        fmpz_set_str(n, line, 10);
        clock_t start = clock();
        if (fmpz_abs_fits_ui(n)) {
            n_factor_t f;
            n_factor_init(&f);
            n_factor(&f, fmpz_get_ui(n), 1);
        } else {
            fmpz_factor_t f;
            fmpz_factor_init(f);
            fmpz_factor(f, n);
            fmpz_factor_clear(f);
        }
        spent += clock() - start;
    }
    printf("%.3f\n", 1000.0 * spent / CLOCKS_PER_SEC);
    fmpz_clear(n);
    return 0;
}
