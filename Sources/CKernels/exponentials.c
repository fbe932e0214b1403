#include "exponentials.h"
#include "lanes.h"

#include <math.h>

typedef double wide_lanes __attribute__((vector_size(128)));

/* The sum of all lanes in double precision: halves are added to each other. */
INLINE double sum_of_wide_lanes(wide_lanes value) {
    double sums[LANES];
    memcpy(sums, &value, sizeof sums);
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++) sums[i] += sums[i + half];
    return sums[0];
}

INLINE void add_exponentials(const float *logits, size_t count, float *largest, double *sum) {
    if (count == 0) return;
    size_t whole = count - count % LANES, rest = count % LANES;
    lanes large = all_lanes(*largest);
    for (size_t i = 0; i < whole; i += LANES) large = larger(load_lanes(logits + i), large);
    float most = largest_of_lanes(large);
    for (size_t i = whole; i < count; i++) most = logits[i] > most ? logits[i] : most;
    wide_lanes sums = {0};
    for (size_t i = 0; i < whole; i += LANES)
        sums += __builtin_convertvector(exponential(load_lanes(logits + i) - all_lanes(most)), wide_lanes);
    float last[LANES];
    store_lanes(last, exponential(load_some(logits + whole, rest) - all_lanes(most)));
    double total = sum_of_wide_lanes(sums);
    for (size_t i = 0; i < rest; i++) total += (double)last[i];
    *sum = *sum * exp((double)*largest - (double)most) + total;
    *largest = most;
}

COMPILE_KERNEL(focus_add_exponentials, add_exponentials,
               (const float *logits, size_t count, float *largest, double *sum), (logits, count, largest, sum))

double focus_logarithm(double value) { return log(value); }
