#ifndef FOCUS_LANES_H
#define FOCUS_LANES_H

/* Sixteen floats as one value, which the compiler splits into the vectors that the target has, and functions of
   them. */

#include "dispatch.h"

#include <stdint.h>
#include <string.h>

/* Functions of lanes are inlined, so that it does not matter how a target would pass lanes to a call. */
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wpsabi"
#endif

#define LANES 16

typedef float lanes __attribute__((vector_size(64)));
typedef int32_t integer_lanes __attribute__((vector_size(64)));

INLINE lanes all_lanes(float value) {
    return (lanes){value, value, value, value, value, value, value, value,
                   value, value, value, value, value, value, value, value};
}

INLINE lanes load_lanes(const float *source) {
    lanes value;
    memcpy(&value, source, sizeof value);
    return value;
}

INLINE void store_lanes(float *target, lanes value) { memcpy(target, &value, sizeof value); }

/* The first `count` of the floats at `source`, and zeros. */
INLINE lanes load_some(const float *source, size_t count) {
    lanes value = {0};
    memcpy(&value, source, count * sizeof(float));
    return value;
}

/* `yes` where the mask is all ones, `no` where it is zero. */
INLINE lanes choose(integer_lanes mask, lanes yes, lanes no) {
    return (lanes)(((integer_lanes)yes & mask) | ((integer_lanes)no & ~mask));
}

INLINE lanes larger(lanes a, lanes b) { return choose(a > b, a, b); }
INLINE lanes smaller(lanes a, lanes b) { return choose(a < b, a, b); }

/* The sum of all lanes: halves are added to each other. */
INLINE float sum_of_lanes(lanes value) {
    float sums[LANES];
    store_lanes(sums, value);
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++) sums[i] += sums[i + half];
    return sums[0];
}

INLINE float largest_of_lanes(lanes value) {
    float values[LANES];
    store_lanes(values, value);
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++) values[i] = values[i] > values[i + half] ? values[i] : values[i + half];
    return values[0];
}

/* e^x: 2^n times a polynomial of the rest, which is at most half of ln 2. Below -87 it is that of -87, about 1e-38;
   NaN stays NaN. */
INLINE lanes exponential(lanes x) {
    lanes bounded = choose(x < all_lanes(-87.0f), all_lanes(-87.0f), x);
    bounded = choose(bounded > all_lanes(88.0f), all_lanes(88.0f), bounded);
    const lanes magic = all_lanes(12582912.0f); /* 1.5 * 2^23: adding it rounds to a whole number */
    lanes shifted = bounded * all_lanes(1.44269504f) + magic;
    lanes n = shifted - magic;
    lanes rest = bounded - n * all_lanes(0.693359375f);
    rest = rest + n * all_lanes(2.12194440e-4f);
    lanes value = all_lanes(1.394858085e-03f);
    value = value * rest + all_lanes(8.375128890e-03f);
    value = value * rest + all_lanes(4.166621827e-02f);
    value = value * rest + all_lanes(1.666641548e-01f);
    value = value * rest + all_lanes(5.000000108e-01f);
    value = value * rest + all_lanes(1.000000038f);
    value = value * rest + all_lanes(1.0f);
    integer_lanes power = ((integer_lanes)shifted - (integer_lanes)magic + 127) << 23;
    return value * (lanes)power;
}

/* 1 / (1 + e^-x) */
INLINE lanes sigmoid(lanes x) { return all_lanes(1.0f) / (all_lanes(1.0f) + exponential(-x)); }

INLINE lanes hyperbolic_tangent(lanes x) { return all_lanes(2.0f) * sigmoid(x + x) - all_lanes(1.0f); }

/* The distribution function of the normal distribution. With t = |x| / sqrt(2): below 1, erf(t) is t times a
   polynomial of t^2; above, -ln erfc(t) is a polynomial of t. Both were fitted at Chebyshev nodes, to 3e-8. */
INLINE lanes normal_distribution(lanes x) {
    lanes t = x * all_lanes(0.70710678f);
    t = choose(t < all_lanes(0.0f), -t, t);
    lanes square = t * t;
    lanes near = all_lanes(7.882497111e-05f);
    near = near * square + all_lanes(-8.018854992e-04f);
    near = near * square + all_lanes(5.189311943e-03f);
    near = near * square + all_lanes(-2.685432880e-02f);
    near = near * square + all_lanes(1.128359746e-01f);
    near = near * square + all_lanes(-3.761262690e-01f);
    near = near * square + all_lanes(1.128379166f);
    near = all_lanes(1.0f) - near * t;
    lanes far = all_lanes(-1.525575113e-06f);
    far = far * t + all_lanes(4.385324242e-05f);
    far = far * t + all_lanes(-5.782396023e-04f);
    far = far * t + all_lanes(4.672751557e-03f);
    far = far * t + all_lanes(-2.617481309e-02f);
    far = far * t + all_lanes(1.096470749e-01f);
    far = far * t + all_lanes(6.322860118e-01f);
    far = far * t + all_lanes(1.129963819f);
    far = far * t + all_lanes(-2.534073500e-04f);
    far = choose(t > all_lanes(4.2f), all_lanes(0.0f), exponential(-far));
    lanes tail = all_lanes(0.5f) * choose(t < all_lanes(1.0f), near, far);
    return choose(x < all_lanes(0.0f), tail, all_lanes(1.0f) - tail);
}

#endif
