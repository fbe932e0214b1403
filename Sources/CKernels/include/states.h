#ifndef FOCUS_STATES_H
#define FOCUS_STATES_H

#include <stddef.h>

#include "processor.h"

/* What a transformer does to its states row by row, in single precision. Rows are `stride` floats apart. Each function
   has the same bits on any number of threads, but not on every processor. */

enum {
    FOCUS_GELU = 0,         /* x times the normal distribution function of x */
    FOCUS_GELU_TANH = 1,    /* the same with a hyperbolic tangent */
    FOCUS_QUICK_GELU = 2,   /* x / (1 + e^(-1.702 x)) */
    FOCUS_SILU = 3,         /* x / (1 + e^-x) */
    FOCUS_RELU = 4,         /* x above 0 */
    FOCUS_SQUARED_RELU = 5, /* its square */
};

/* target = weights * row / sqrt(mean of the squares of the row + epsilon). Rows may be their own targets. */
FOCUS_KERNEL(focus_normalize_square, const float *rows, size_t count, size_t stride, size_t width,
             const float *weights, float epsilon, float *targets, size_t target_stride);

/* target = weights * (row - mean of the row) / sqrt(variance + epsilon) + bias, which may be null. */
FOCUS_KERNEL(focus_normalize_layer, const float *rows, size_t count, size_t stride, size_t width, const float *weights,
             const float *bias, float epsilon, float *targets, size_t target_stride);

/* target += factor * source */
FOCUS_KERNEL(focus_add_scaled, float *target, const float *source, float factor, size_t count);

/* values = values * factor */
FOCUS_KERNEL(focus_scale, float *values, float factor, size_t count);

/* values = cap * tanh(values / cap) */
FOCUS_KERNEL(focus_cap, float *values, float cap, size_t count);

/* values = act(values) */
FOCUS_KERNEL(focus_activate, float *values, size_t count, int activation);

/* target[i] = act(row[i]) * row[width + i], for rows that are 2 width wide; targets are width wide. */
FOCUS_KERNEL(focus_gate, const float *rows, size_t count, size_t width, int activation, float *targets);

/* Turns `count` heads that are `stride` floats apart: pair i by the angle with cosine cosines[i] and sine sines[i].
   The pairs are elements i and i + pair_count, or, where `neighbours` is not 0, 2i and 2i + 1. */
FOCUS_KERNEL(focus_rotate, float *heads, size_t count, size_t stride, size_t pair_count, const float *cosines,
             const float *sines, int neighbours);

/* `finite` becomes 1 where all values are finite, and 0 else. */
FOCUS_KERNEL(focus_check_finite, const float *values, size_t count, int *finite);

#endif
