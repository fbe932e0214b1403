#ifndef FOCUS_ROWS_H
#define FOCUS_ROWS_H

#include <cstdint>

namespace focus {

/* Sums over rows of numbers, element by element: the order in which each element is summed is that of a plain loop, so
   every variant gives the same bits. */
struct RowKernels {
    /* x[i] += y[i] */
    void (*add)(float *x, const float *y, int64_t count);
    /* x[i] += a * y[i], rounded after the product and after the sum */
    void (*add_scaled)(float *x, const float *y, float a, int64_t count);

    /* The fastest that this processor can run. */
    static RowKernels best();
};

} // namespace focus

#endif
