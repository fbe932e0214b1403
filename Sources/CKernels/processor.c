#include "processor.h"

#if defined(__x86_64__)
#define HAS(FEATURE) (__builtin_cpu_supports(FEATURE) != 0)

int focus_processor_level(void) {
    if (!(HAS("avx2") && HAS("fma") && HAS("f16c"))) return FOCUS_PORTABLE;
    if (!(HAS("avx512f") && HAS("avx512bw") && HAS("avx512dq") && HAS("avx512vl"))) return FOCUS_AVX2;
    return HAS("avx512vnni") ? FOCUS_AVX512_VNNI : FOCUS_AVX512;
}

int focus_processor_has_sha(void) { return HAS("sha"); }
#else
int focus_processor_level(void) { return FOCUS_PORTABLE; }

int focus_processor_has_sha(void) { return 0; }
#endif
