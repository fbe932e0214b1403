#include "rows.h"

#pragma STDC FP_CONTRACT OFF

namespace focus {

static inline __attribute__((always_inline)) void add_loop(
    float *__restrict x, const float *__restrict y, int64_t count) {
    for (int64_t i = 0; i < count; i++) x[i] += y[i];
}

static inline __attribute__((always_inline)) void add_scaled_loop(
    float *__restrict x, const float *__restrict y, float a, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        float product = a * y[i];
        x[i] += product;
    }
}

static void add_portable(float *x, const float *y, int64_t count) { add_loop(x, y, count); }

static void add_scaled_portable(float *x, const float *y, float a, int64_t count) { add_scaled_loop(x, y, a, count); }

#if defined(__x86_64__)
/* Without "fma": a fused product would round once where fastText rounds twice. */
__attribute__((target("avx2"))) static void add_avx2(float *x, const float *y, int64_t count) { add_loop(x, y, count); }

__attribute__((target("avx2"))) static void add_scaled_avx2(float *x, const float *y, float a, int64_t count) {
    add_scaled_loop(x, y, a, count);
}
#endif

RowKernels RowKernels::best() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) return {add_avx2, add_scaled_avx2};
#endif
    return {add_portable, add_scaled_portable};
}

} // namespace focus
