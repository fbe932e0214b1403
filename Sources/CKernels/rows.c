#include "rows.h"
#include "dispatch.h"

/* No fused multiply-add: the sums would differ between processors. */
#pragma STDC FP_CONTRACT OFF

INLINE void add_weighted(double *restrict sums, const float *restrict row, double weight, size_t width) {
    for (size_t i = 0; i < width; i++) sums[i] += weight * (double)row[i];
}

INLINE void add_rows(double *restrict sums, const float *restrict rows, const int32_t *restrict row_indices,
                     const int32_t *restrict numbers, const double *restrict weights, double factor, size_t count,
                     size_t width) {
    for (size_t term = 0; term < count; term++) {
        const float *row = rows + (size_t)row_indices[numbers[term]] * width;
        /* Rows are scattered: prefetch the next one while this one is added. */
        if (term + 1 < count) {
            const float *next = rows + (size_t)row_indices[numbers[term + 1]] * width;
            for (size_t i = 0; i < width; i += 16) __builtin_prefetch(next + i);
        }
        double weight = weights[term] * factor;
        for (size_t i = 0; i < width; i++) sums[i] += weight * (double)row[i];
    }
}

INLINE void mean_of_rows(float *restrict mean, const float *restrict rows, const uint32_t *restrict row_indices,
                         size_t count, size_t width) {
    for (size_t i = 0; i < width; i++) mean[i] = 0;
    for (size_t term = 0; term < count; term++) {
        const float *row = rows + (size_t)row_indices[term] * width;
        if (term + 2 < count) {
            const float *next = rows + (size_t)row_indices[term + 2] * width;
            for (size_t i = 0; i < width; i += 16) __builtin_prefetch(next + i);
        }
        for (size_t i = 0; i < width; i++) mean[i] += row[i];
    }
    float scale = (float)(1 / (double)count);
    for (size_t i = 0; i < width; i++) mean[i] *= scale;
}

INLINE void round_sums(const double *restrict sums, float *restrict target, size_t width) {
    for (size_t i = 0; i < width; i++) target[i] = (float)sums[i];
}

INLINE void column_moments(const float *restrict rows, size_t count, size_t width, double *restrict means,
                         double *restrict squares) {
    for (size_t i = 0; i < width; i++) means[i] = squares[i] = 0;
    for (size_t row = 0; row < count; row++)
        for (size_t i = 0; i < width; i++) means[i] += (double)rows[row * width + i];
    for (size_t i = 0; i < width; i++) means[i] /= (double)count;
    for (size_t row = 0; row < count; row++)
        for (size_t i = 0; i < width; i++) {
            double deviation = (double)rows[row * width + i] - means[i];
            squares[i] += deviation * deviation;
        }
}

COMPILE_KERNEL(focus_add_weighted, add_weighted, (double *sums, const float *row, double weight, size_t width),
               (sums, row, weight, width))
COMPILE_KERNEL(focus_add_rows, add_rows,
               (double *sums, const float *rows, const int32_t *row_indices, const int32_t *numbers,
                const double *weights, double factor, size_t count, size_t width),
               (sums, rows, row_indices, numbers, weights, factor, count, width))
COMPILE_KERNEL_TO_AVX2(focus_mean_of_rows, mean_of_rows,
                       (float *mean, const float *rows, const uint32_t *row_indices, size_t count, size_t width),
                       (mean, rows, row_indices, count, width))
COMPILE_KERNEL(focus_round, round_sums, (const double *sums, float *target, size_t width), (sums, target, width))
COMPILE_KERNEL(focus_column_moments, column_moments,
               (const float *rows, size_t count, size_t width, double *means, double *squares),
               (rows, count, width, means, squares))
