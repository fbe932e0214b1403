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
DISPATCH(round, (const double *sums, float *target, size_t width), sums, target, width)
DISPATCH(column_moments, (const float *rows, size_t count, size_t width, double *means, double *squares), rows, count,
         width, means, squares)
