#include "peak.h"
#include "processor.h"

#include <time.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

#if defined(__x86_64__)
#include <immintrin.h>

/* Twelve sums hide the latency of four cycles on two units. `first` keeps a compiler from doing it once for all. */
#define MANY(NAME, TARGET, VECTOR, SET, FMA, ADD, STORE)                                     \
    __attribute__((target(TARGET), noinline)) static float NAME(long rounds, float first) {  \
        VECTOR sums[12], factor = SET(0.999f), term = SET(0.001f);                           \
        for (int i = 0; i < 12; i++) sums[i] = SET((float)i + first);                        \
        for (long round = 0; round < rounds; round++) {                                      \
            _Pragma("clang loop unroll(full)") for (int i = 0; i < 12; i++)                  \
                sums[i] = FMA(sums[i], factor, term);                                        \
        }                                                                                    \
        float lanes[16];                                                                     \
        for (int i = 1; i < 12; i++) sums[0] = ADD(sums[0], sums[i]);                        \
        STORE(lanes, sums[0]);                                                               \
        return lanes[0];                                                                     \
    }
MANY(many_256, "avx2,fma", __m256, _mm256_set1_ps, _mm256_fmadd_ps, _mm256_add_ps, _mm256_storeu_ps)
MANY(many_512, "avx512f", __m512, _mm512_set1_ps, _mm512_fmadd_ps, _mm512_add_ps, _mm512_storeu_ps)

double focus_peak_operations(double seconds, double *elapsed) {
    const long rounds = 1000000;
    volatile float sink = 0;
    *elapsed = 0;
    if (focus_processor_level() < FOCUS_AVX2) return 0;
    int wide = focus_processor_level() >= FOCUS_AVX512;
    double start = now(), operations = 0;
    while (*elapsed < seconds) {
        sink = sink + (wide ? many_512 : many_256)(rounds, sink);
        operations += 2.0 * (wide ? 16 : 8) * 12 * (double)rounds;
        *elapsed = now() - start;
    }
    return operations;
}
#else
double focus_peak_operations(double seconds, double *elapsed) {
    *elapsed = now() - now() + seconds;
    return 0;
}
#endif
