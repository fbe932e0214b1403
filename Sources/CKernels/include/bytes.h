#ifndef FOCUS_BYTES_H
#define FOCUS_BYTES_H

#include <stddef.h>
#include <stdint.h>

/* A hash of bytes under a secret seed, for tables in memory; not stable between versions. */
uint64_t focus_hash(const uint8_t *bytes, size_t count, uint64_t seed);

/* 1 where both ranges of `count` bytes are equal. */
int focus_equal(const uint8_t *a, const uint8_t *b, size_t count);

#endif
