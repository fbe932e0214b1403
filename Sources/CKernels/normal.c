#include "normal.h"
#include "dispatch.h"

#include <math.h>
#include <string.h>

/* Only additions, multiplications, divisions and square roots, none fused: these have the same bits everywhere, which
   a C library's logarithm and sine do not. */
#pragma STDC FP_CONTRACT OFF

INLINE void philox(uint32_t *c0, uint32_t *c1, uint32_t *c2, uint32_t *c3, uint32_t k0, uint32_t k1) {
    for (int round = 0; round < 10; round++) {
        uint64_t a = (uint64_t)0xD2511F53 * *c0, b = (uint64_t)0xCD9E8D57 * *c2;
        uint32_t n0 = (uint32_t)(b >> 32) ^ *c1 ^ k0, n2 = (uint32_t)(a >> 32) ^ *c3 ^ k1;
        *c1 = (uint32_t)b;
        *c3 = (uint32_t)a;
        *c0 = n0;
        *c2 = n2;
        k0 += 0x9E3779B9;
        k1 += 0xBB67AE85;
    }
}

void focus_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t output[4]) {
    memcpy(output, counter, 16);
    philox(output, output + 1, output + 2, output + 3, key[0], key[1]);
}

INLINE double double_of_bits(uint64_t bits) {
    double value;
    memcpy(&value, &bits, 8);
    return value;
}

/* (word + 1/2) / 2^32, in (0, 1); the bits of 2^52 + word are those of 2^52 with the word in the lowest place. */
INLINE double uniform(uint32_t word) {
    return (double_of_bits(0x4330000000000000 | word) - 4503599627370496.0 + 0.5) * 0x1p-32;
}

/* The natural logarithm of a value in (0, 1): exponent times ln 2, plus 2 artanh((m - 1) / (m + 1)) of the mantissa in
   [sqrt(1/2), sqrt(2)) as a series to the 17th power (error below 1e-14). */
INLINE double logarithm(double value) {
    uint64_t bits;
    memcpy(&bits, &value, 8);
    uint64_t shifted = bits - 0x3FE6A09E667F3BCD; /* the bits of sqrt(1/2) */
    /* The exponent plus 2048, which is positive, so that no signed conversion is needed. */
    uint64_t biased = (shifted + ((uint64_t)2048 << 52)) >> 52 & 0xFFF;
    double exponent = double_of_bits(0x4330000000000000 | biased) - 4503599627370496.0 - 2048;
    double m = double_of_bits((shifted & 0x000FFFFFFFFFFFFF) + 0x3FE6A09E667F3BCD);
    double s = (m - 1) / (m + 1), t = s * s;
    double series = 1.0 / 17;
    series = series * t + 1.0 / 15;
    series = series * t + 1.0 / 13;
    series = series * t + 1.0 / 11;
    series = series * t + 1.0 / 9;
    series = series * t + 1.0 / 7;
    series = series * t + 1.0 / 5;
    series = series * t + 1.0 / 3;
    series = series * t + 1;
    return exponent * 0.69314718055994530942 + 2 * s * series;
}

/* The point of the unit circle that a word stands for: 30 bits say where in a quarter, one bit each mirrors it. The
   quarter is turned by 1/8 so that Taylor series to the 15th power suffice (error below 1e-14). */
INLINE void circle(uint32_t word, double *cosine, double *sine) {
    double quarter =
        (double_of_bits(0x4330000000000000 | (word & 0x3FFFFFFF)) - 4503599627370496.0 + 0.5) * 0x1p-30 - 0.5;
    double x = quarter * 1.57079632679489661923, t = x * x;
    double s = -1.0 / 1307674368000;
    s = s * t + 1.0 / 6227020800;
    s = s * t - 1.0 / 39916800;
    s = s * t + 1.0 / 362880;
    s = s * t - 1.0 / 5040;
    s = s * t + 1.0 / 120;
    s = s * t - 1.0 / 6;
    s = s * t * x + x;
    double c = -1.0 / 87178291200;
    c = c * t + 1.0 / 479001600;
    c = c * t - 1.0 / 3628800;
    c = c * t + 1.0 / 40320;
    c = c * t - 1.0 / 720;
    c = c * t + 1.0 / 24;
    c = c * t - 0.5;
    c = c * t + 1;
    uint64_t a, b;
    double first = (c - s) * 0.70710678118654752440, second = (c + s) * 0.70710678118654752440;
    memcpy(&a, &first, 8);
    memcpy(&b, &second, 8);
    *cosine = double_of_bits(a ^ (uint64_t)(word >> 31) << 63);
    *sine = double_of_bits(b ^ (uint64_t)(word >> 30 & 1) << 63);
}

enum { BATCH = 32 };

/* Counter: (column / 4, row, stream); key: seed. The words 0 and 1 give the columns 4i and 4i + 1 by Box and Muller's
   transform, the words 2 and 3 the next two. */
INLINE void sample_row(uint64_t seed, uint64_t stream, uint32_t row, const double *means, const double *deviations,
                       float *target, size_t width) {
    uint32_t words[4][BATCH];
    double normals[4][BATCH];
    for (size_t first = 0; first < width; first += 4 * BATCH) {
        for (int i = 0; i < BATCH; i++) {
            uint32_t c0 = (uint32_t)(first / 4) + (uint32_t)i, c1 = row, c2 = (uint32_t)stream;
            uint32_t c3 = (uint32_t)(stream >> 32);
            philox(&c0, &c1, &c2, &c3, (uint32_t)seed, (uint32_t)(seed >> 32));
            words[0][i] = c0;
            words[1][i] = c1;
            words[2][i] = c2;
            words[3][i] = c3;
        }
        /* The square root that sets no errno: with one that may, this loop would not become vector instructions. */
        for (int pair = 0; pair < 4; pair += 2)
            for (int i = 0; i < BATCH; i++) {
                double radius = __builtin_elementwise_sqrt(-2 * logarithm(uniform(words[pair][i]))), cosine, sine;
                circle(words[pair + 1][i], &cosine, &sine);
                normals[pair][i] = radius * cosine;
                normals[pair + 1][i] = radius * sine;
            }
        if (width - first >= 4 * BATCH) {
            /* A loop without divisions becomes vector instructions. */
            for (size_t i = 0; i < BATCH; i++)
                for (size_t k = 0; k < 4; k++) {
                    size_t column = first + 4 * i + k;
                    target[column] = (float)(means[column] + deviations[column] * normals[k][i]);
                }
            continue;
        }
        for (size_t i = 0; i < width - first; i++)
            target[first + i] = (float)(means[first + i] + deviations[first + i] * normals[i % 4][i / 4]);
    }
}

COMPILE_KERNEL(focus_sample_row, sample_row,
               (uint64_t seed, uint64_t stream, uint32_t row, const double *means, const double *deviations,
                float *target, size_t width),
               (seed, stream, row, means, deviations, target, width))
