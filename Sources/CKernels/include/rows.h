#ifndef FOCUS_ROWS_H
#define FOCUS_ROWS_H

#include <stddef.h>

/* Sums over rows of floats in double precision. Each has the same bits on every processor. */

/* sums[i] += weight * row[i] */
void focus_add_weighted(double *sums, const float *row, double weight, size_t width);

/* target[i] = sums[i], rounded once */
void focus_round(const double *sums, float *target, size_t width);

/* The mean of each column of `rows` [count, width], count > 0, and the sum of the squared deviations from it. */
void focus_column_moments(const float *rows, size_t count, size_t width, double *means, double *squares);

#endif
