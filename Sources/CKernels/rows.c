#include "rows.h"

/* No fused multiply-add: the sums would differ between processors. The bodies are compiled twice, for AVX2 and for any. */
#pragma STDC FP_CONTRACT OFF

#define BODY __attribute__((always_inline)) static inline void

#if defined(__x86_64__)
#define DISPATCH(NAME, PARAMETERS, ...)                                                            \
    __attribute__((target("avx2"))) static void NAME##_avx2 PARAMETERS { NAME##_body(__VA_ARGS__); } \
    static void NAME##_any PARAMETERS { NAME##_body(__VA_ARGS__); }                                \
    void focus_##NAME PARAMETERS {                                                                 \
        if (__builtin_cpu_supports("avx2"))                                                        \
            NAME##_avx2(__VA_ARGS__);                                                              \
        else                                                                                       \
            NAME##_any(__VA_ARGS__);                                                               \
    }
#else
#define DISPATCH(NAME, PARAMETERS, ...) \
    void focus_##NAME PARAMETERS { NAME##_body(__VA_ARGS__); }
#endif

BODY add_weighted_body(double *restrict sums, const float *restrict row, double weight, size_t width) {
    for (size_t i = 0; i < width; i++) sums[i] += weight * (double)row[i];
}

BODY add_rows_body(double *restrict sums, const float *restrict rows, const int32_t *restrict places,
                   const int32_t *restrict numbers, const double *restrict weights, double factor, size_t count,
                   size_t width) {
    for (size_t term = 0; term < count; term++) {
        const float *row = rows + (size_t)places[numbers[term]] * width;
        /* The rows lie here and there: the next one is asked for while this one is added. */
        if (term + 1 < count) {
            const float *next = rows + (size_t)places[numbers[term + 1]] * width;
            for (size_t i = 0; i < width; i += 16) __builtin_prefetch(next + i);
        }
        double weight = weights[term] * factor;
        for (size_t i = 0; i < width; i++) sums[i] += weight * (double)row[i];
    }
}

BODY mean_of_rows_body(float *restrict mean, const float *restrict rows, const uint32_t *restrict places, size_t count,
                       size_t width) {
    for (size_t i = 0; i < width; i++) mean[i] = 0;
    for (size_t term = 0; term < count; term++) {
        const float *row = rows + (size_t)places[term] * width;
        if (term + 2 < count) {
            const float *next = rows + (size_t)places[term + 2] * width;
            for (size_t i = 0; i < width; i += 16) __builtin_prefetch(next + i);
        }
        for (size_t i = 0; i < width; i++) mean[i] += row[i];
    }
    float scale = (float)(1 / (double)count);
    for (size_t i = 0; i < width; i++) mean[i] *= scale;
}

BODY round_body(const double *restrict sums, float *restrict target, size_t width) {
    for (size_t i = 0; i < width; i++) target[i] = (float)sums[i];
}

BODY column_moments_body(const float *restrict rows, size_t count, size_t width, double *restrict means,
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

DISPATCH(add_weighted, (double *sums, const float *row, double weight, size_t width), sums, row, weight, width)
DISPATCH(add_rows,
         (double *sums, const float *rows, const int32_t *places, const int32_t *numbers, const double *weights,
          double factor, size_t count, size_t width),
         sums, rows, places, numbers, weights, factor, count, width)
DISPATCH(mean_of_rows,
         (float *mean, const float *rows, const uint32_t *places, size_t count, size_t width), mean, rows, places, count,
         width)
DISPATCH(round, (const double *sums, float *target, size_t width), sums, target, width)
DISPATCH(column_moments, (const float *rows, size_t count, size_t width, double *means, double *squares), rows, count,
         width, means, squares)
