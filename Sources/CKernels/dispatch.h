#ifndef FOCUS_DISPATCH_H
#define FOCUS_DISPATCH_H

/* How kernels come to have a variant for each level of processor. Nothing else in the package asks what the processor
   can do. */

#include "processor.h"

#include <limits.h>
#include <stddef.h>

#define INLINE __attribute__((always_inline)) static inline

#if defined(__x86_64__)
#include <immintrin.h>
#define HAS_X86 1
#define ON_X86(...) __VA_ARGS__
#define AVX512_FEATURES "avx512f,avx512bw,avx512dq,avx512vl"
#define TARGET_AVX2 __attribute__((target("avx2,fma,f16c")))
#define TARGET_AVX512 __attribute__((target(AVX512_FEATURES), min_vector_width(512)))
#define TARGET_AVX512_VNNI __attribute__((target(AVX512_FEATURES ",avx512vnni"), min_vector_width(512)))
#define TARGET_SHA __attribute__((target("sha,sse4.1,ssse3")))
#else
#define ON_X86(...)
#endif

/* Variants of a kernel, for DEFINE_KERNEL. */
#define FROM_AVX2(FUNCTION) ON_X86(if (level >= FOCUS_AVX2) run = FUNCTION, ran = FOCUS_AVX2;)
#define FROM_AVX512(FUNCTION) ON_X86(if (level >= FOCUS_AVX512) run = FUNCTION, ran = FOCUS_AVX512;)
#define FROM_SHA(FUNCTION) \
    ON_X86(if (level >= FOCUS_AVX2 && focus_processor_has_sha()) run = FUNCTION, ran = FOCUS_AVX2;)

#define UNWRAPPED(...) __VA_ARGS__

/* Defines a kernel that FOCUS_KERNEL declared, from a function for any processor and FROM_... of variants of it in
   ascending order of level. PARAMETERS and ARGUMENTS are in parentheses. */
#define DEFINE_KERNEL(NAME, PARAMETERS, ARGUMENTS, PORTABLE, ...)                               \
    int NAME##_at(int level, UNWRAPPED PARAMETERS) {                                            \
        int highest = focus_processor_level(), ran = FOCUS_PORTABLE;                            \
        void(*run) PARAMETERS = PORTABLE;                                                       \
        if (level > highest) level = highest;                                                   \
        __VA_ARGS__                                                                             \
        run ARGUMENTS;                                                                          \
        return ran;                                                                             \
    }                                                                                           \
    void NAME PARAMETERS { NAME##_at(INT_MAX, UNWRAPPED ARGUMENTS); }

/* Compiles the inline function BODY once for each level, and defines a kernel of these. */
#define COMPILE_KERNEL(NAME, BODY, PARAMETERS, ARGUMENTS)                                       \
    static void BODY##_portable PARAMETERS { BODY ARGUMENTS; }                                  \
    ON_X86(TARGET_AVX2 static void BODY##_avx2 PARAMETERS { BODY ARGUMENTS; })                  \
    ON_X86(TARGET_AVX512 static void BODY##_avx512 PARAMETERS { BODY ARGUMENTS; })              \
    DEFINE_KERNEL(NAME, PARAMETERS, ARGUMENTS, BODY##_portable, FROM_AVX2(BODY##_avx2) FROM_AVX512(BODY##_avx512))

/* The same up to AVX2, for bodies that vectors of 512 bits make no faster. */
#define COMPILE_KERNEL_TO_AVX2(NAME, BODY, PARAMETERS, ARGUMENTS)                               \
    static void BODY##_portable PARAMETERS { BODY ARGUMENTS; }                                  \
    ON_X86(TARGET_AVX2 static void BODY##_avx2 PARAMETERS { BODY ARGUMENTS; })                  \
    DEFINE_KERNEL(NAME, PARAMETERS, ARGUMENTS, BODY##_portable, FROM_AVX2(BODY##_avx2))

#endif
