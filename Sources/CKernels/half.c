#include "half.h"
#include "dispatch.h"

#include <stdint.h>
#include <string.h>

static float float_of_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, 4);
    return value;
}

static uint32_t bits_of_float(float value) {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    return bits;
}

static float half_to_float(uint16_t half) {
    uint32_t sign = (uint32_t)(half & 0x8000) << 16;
    uint32_t exponent = (half >> 10) & 31;
    uint32_t fraction = half & 1023;
    if (exponent == 31) /* infinity, or NaN made quiet as the processor's own conversion does */
        return float_of_bits(sign | 0x7F800000 | fraction << 13 | (fraction ? 0x400000 : 0));
    if (exponent == 0) { /* zero and subnormals: fraction * 2^-24, exact */
        float magnitude = (float)fraction * 0x1p-24f;
        return float_of_bits(sign | bits_of_float(magnitude));
    }
    return float_of_bits(sign | (exponent + 112) << 23 | fraction << 13);
}

static uint16_t float_to_half(float value) {
    uint32_t bits = bits_of_float(value);
    uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
    uint32_t magnitude = bits & 0x7FFFFFFF;
    if (magnitude > 0x7F800000) return (uint16_t)(sign | 0x7E00 | (magnitude >> 13 & 0x3FF));
    if (magnitude >= 0x47800000) return (uint16_t)(sign | 0x7C00); /* 65536 and more */
    if (magnitude < 0x38800000) { /* below 2^-14: the sum's unit in the last place is 2^-24, so the addition rounds */
        float sum = float_of_bits(magnitude) + 0.5f;
        return (uint16_t)(sign | (bits_of_float(sum) - 0x3F000000));
    }
    uint32_t rounded = magnitude + 0xFFF + (magnitude >> 13 & 1);
    return (uint16_t)(sign | (rounded - 0x38000000) >> 13);
}

static void f16_to_f32_portable(const void *source, float *target, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint16_t half;
        memcpy(&half, (const char *)source + 2 * i, 2);
        target[i] = half_to_float(half);
    }
}

static void f32_to_f16_portable(const float *source, void *target, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint16_t half = float_to_half(source[i]);
        memcpy((char *)target + 2 * i, &half, 2);
    }
}

#ifdef HAS_X86
TARGET_AVX2 static void f16_to_f32_avx2(const void *source, float *target, size_t count) {
    const char *halves = source;
    size_t i = 0;
    for (; i + 8 <= count; i += 8)
        _mm256_storeu_ps(target + i, _mm256_cvtph_ps(_mm_loadu_si128((const void *)(halves + 2 * i))));
    f16_to_f32_portable(halves + 2 * i, target + i, count - i);
}

TARGET_AVX2 static void f32_to_f16_avx2(const float *source, void *target, size_t count) {
    char *halves = target;
    size_t i = 0;
    for (; i + 8 <= count; i += 8)
        _mm_storeu_si128((void *)(halves + 2 * i),
                         _mm256_cvtps_ph(_mm256_loadu_ps(source + i), _MM_FROUND_TO_NEAREST_INT));
    f32_to_f16_portable(source + i, halves + 2 * i, count - i);
}
#endif

DEFINE_KERNEL(focus_f16_to_f32, (const void *source, float *target, size_t count), (source, target, count),
              f16_to_f32_portable, FROM_AVX2(f16_to_f32_avx2))
DEFINE_KERNEL(focus_f32_to_f16, (const float *source, void *target, size_t count), (source, target, count),
              f32_to_f16_portable, FROM_AVX2(f32_to_f16_avx2))

void focus_bf16_to_f32(const void *source, float *target, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint16_t upper;
        memcpy(&upper, (const char *)source + 2 * i, 2);
        target[i] = float_of_bits((uint32_t)upper << 16);
    }
}

void focus_f32_to_bf16(const float *source, void *target, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint32_t bits = bits_of_float(source[i]);
        uint32_t is_nan = (bits & 0x7FFFFFFF) > 0x7F800000;
        uint32_t rounded = bits + 0x7FFF + (bits >> 16 & 1);
        uint16_t upper = (uint16_t)((is_nan ? bits | 0x400000 : rounded) >> 16);
        memcpy((char *)target + 2 * i, &upper, 2);
    }
}

void focus_f64_to_f32(const void *source, float *target, size_t count) {
    for (size_t i = 0; i < count; i++) {
        double value;
        memcpy(&value, (const char *)source + 8 * i, 8);
        target[i] = (float)value;
    }
}

void focus_f64_to_odd_f32(const void *source, float *target, size_t count) {
    for (size_t i = 0; i < count; i++) {
        double value;
        memcpy(&value, (const char *)source + 8 * i, 8);
        float nearest = (float)value;
        if (value == value && (double)nearest != value) { /* toward zero, and then odd */
            uint32_t bits = bits_of_float(nearest);
            if (value > 0 ? nearest > value : nearest < value) bits -= 1;
            nearest = float_of_bits(bits | 1);
        }
        target[i] = nearest;
    }
}

void focus_f32_to_f64(const float *source, void *target, size_t count) {
    for (size_t i = 0; i < count; i++) {
        double value = source[i];
        memcpy((char *)target + 8 * i, &value, 8);
    }
}
