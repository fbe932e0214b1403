#ifndef FOCUS_ROWS_H
#define FOCUS_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "processor.h"

/* Sums over rows of floats, in double precision unless said otherwise. Each has the same bits on every processor. */

/* sums[i] += weight * row[i] */
FOCUS_KERNEL(focus_add_weighted, double *sums, const float *row, double weight, size_t width);

/* sums[i] += weights[t] * factor * rows[row_indices[numbers[t]] * width + i], for each of `count` terms t in order */
FOCUS_KERNEL(focus_add_rows, double *sums, const float *rows, const int32_t *row_indices, const int32_t *numbers,
             const double *weights, double factor, size_t count, size_t width);

/* The mean of the rows `row_indices`, count > 0, of `rows`, summed in their order in single precision. */
FOCUS_KERNEL(focus_mean_of_rows, float *mean, const float *rows, const uint32_t *row_indices, size_t count,
             size_t width);

/* target[i] = sums[i], rounded once */
FOCUS_KERNEL(focus_round, const double *sums, float *target, size_t width);

/* The mean of each column of `rows` [count, width], count > 0, and the sum of the squared deviations from it. */
FOCUS_KERNEL(focus_column_moments, const float *rows, size_t count, size_t width, double *means, double *squares);

#endif
