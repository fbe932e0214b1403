#ifndef FOCUS_PROCESSOR_H
#define FOCUS_PROCESSOR_H

/* What a processor can do, in ascending order: a level has the instructions of every level below it. Compare with
   >=. */
enum {
    FOCUS_PORTABLE = 0,    /* any processor that the package is compiled for */
    FOCUS_AVX2 = 1,        /* x86 with AVX2, FMA and F16C */
    FOCUS_AVX512 = 2,      /* AVX-512 F, BW, DQ and VL */
    FOCUS_AVX512_VNNI = 3, /* AVX-512 with dot products of four 8-bit integers */
};

/* The highest level of this processor. */
int focus_processor_level(void);

/* Whether this processor has instructions for SHA-256, which no level implies. */
int focus_processor_has_sha(void);

/* Declares a kernel: NAME runs its variant for the highest level that this processor has; NAME_at runs none above
   `level`, for tests and comparisons, and returns the level of the variant that ran. */
#define FOCUS_KERNEL(NAME, ...) \
    void NAME(__VA_ARGS__);     \
    int NAME##_at(int level, __VA_ARGS__)

#endif
