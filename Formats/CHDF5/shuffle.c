#include "CHDF5.h"

#include <string.h>

/* Sixteen bytes at any address; the compiler turns these into the shuffles that the processor has. */
typedef uint8_t bytes16 __attribute__((vector_size(16)));

static inline bytes16 load(const uint8_t *from) {
    bytes16 value;
    memcpy(&value, from, 16);
    return value;
}

static inline void store(uint8_t *to, bytes16 value) { memcpy(to, &value, 16); }

static inline bytes16 even(bytes16 a, bytes16 b) {
    return __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
}

static inline bytes16 odd(bytes16 a, bytes16 b) {
    return __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
}

static inline bytes16 low(bytes16 a, bytes16 b) {
    return __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

static inline bytes16 high(bytes16 a, bytes16 b) {
    return __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

/* Splits 16 elements of `width` bytes (2, 4 or 8): the even bytes, then the even and odd ones among those, and so on.
   */
static inline void split(bytes16 *v, size_t width) {
    bytes16 w[8];
    for (size_t half = width / 2; half > 0; half /= 2) {
        for (size_t group = 0; group < width; group += 2 * half) {
            for (size_t i = 0; i < half; i++) {
                w[group + i] = even(v[group + 2 * i], v[group + 2 * i + 1]);
                w[group + half + i] = odd(v[group + 2 * i], v[group + 2 * i + 1]);
            }
        }
        for (size_t i = 0; i < width; i++) v[i] = w[i];
    }
}

/* The inverse of split. */
static inline void join(bytes16 *v, size_t width) {
    bytes16 w[8];
    for (size_t half = 1; half < width; half *= 2) {
        for (size_t group = 0; group < width; group += 2 * half) {
            for (size_t i = 0; i < half; i++) {
                w[group + 2 * i] = low(v[group + i], v[group + half + i]);
                w[group + 2 * i + 1] = high(v[group + i], v[group + half + i]);
            }
        }
        for (size_t i = 0; i < width; i++) v[i] = w[i];
    }
}

/* The byte of an element that split leaves in each vector: its number with the bits reversed. */
static const uint8_t places2[] = {0, 1}, places4[] = {0, 2, 1, 3}, places8[] = {0, 4, 2, 6, 1, 5, 3, 7};

static inline __attribute__((always_inline)) size_t shuffle_blocks(
    const uint8_t *from, size_t count, size_t width, const uint8_t *places, uint8_t *to) {
    size_t done = 0;
    for (; done + 16 <= count; done += 16) {
        bytes16 v[8];
        for (size_t i = 0; i < width; i++) v[i] = load(from + done * width + 16 * i);
        split(v, width);
        for (size_t i = 0; i < width; i++) store(to + places[i] * count + done, v[i]);
    }
    return done;
}

static inline __attribute__((always_inline)) size_t unshuffle_blocks(
    const uint8_t *from, size_t count, size_t width, const uint8_t *places, uint8_t *to) {
    size_t done = 0;
    for (; done + 16 <= count; done += 16) {
        bytes16 v[8];
        for (size_t i = 0; i < width; i++) v[i] = load(from + places[i] * count + done);
        join(v, width);
        for (size_t i = 0; i < width; i++) store(to + done * width + 16 * i, v[i]);
    }
    return done;
}

void focus_h5_shuffle(const uint8_t *from, size_t size, size_t width, uint8_t *to) {
    size_t count = size / width, done = 0;
    if (width == 2) done = shuffle_blocks(from, count, 2, places2, to);
    if (width == 4) done = shuffle_blocks(from, count, 4, places4, to);
    if (width == 8) done = shuffle_blocks(from, count, 8, places8, to);
    for (size_t place = 0; place < width && done < count; place++) {
        for (size_t i = done; i < count; i++) to[place * count + i] = from[i * width + place];
    }
    memcpy(to + count * width, from + count * width, size - count * width);
}

void focus_h5_unshuffle(const uint8_t *from, size_t size, size_t width, uint8_t *to) {
    size_t count = size / width, done = 0;
    if (width == 2) done = unshuffle_blocks(from, count, 2, places2, to);
    if (width == 4) done = unshuffle_blocks(from, count, 4, places4, to);
    if (width == 8) done = unshuffle_blocks(from, count, 8, places8, to);
    for (size_t place = 0; place < width && done < count; place++) {
        for (size_t i = done; i < count; i++) to[i * width + place] = from[place * count + i];
    }
    memcpy(to + count * width, from + count * width, size - count * width);
}
