#include "bytes.h"

#include <string.h>

/* Both halves of a 128-bit product, folded. */
static uint64_t mix(uint64_t a, uint64_t b) {
    __uint128_t product = (__uint128_t)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t focus_hash(const uint8_t *bytes, size_t count, uint64_t seed) {
    uint64_t state = seed ^ 0x9E3779B97F4A7C15 * (count + 1), word;
    for (; count > 8; count -= 8, bytes += 8) {
        memcpy(&word, bytes, 8);
        state = mix(state ^ word, 0xE7037ED1A0B428DB ^ seed);
    }
    word = 0;
    if (count) memcpy(&word, bytes, count);
    return mix(mix(state ^ word, 0x8EBC6AF09C88C6E3 ^ seed) ^ seed, 0x589965CC75374CC3);
}

int focus_equal(const uint8_t *a, const uint8_t *b, size_t count) { return count == 0 || memcmp(a, b, count) == 0; }
