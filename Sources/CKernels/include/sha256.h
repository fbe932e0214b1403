#ifndef FOCUS_SHA256_H
#define FOCUS_SHA256_H

#include <stddef.h>
#include <stdint.h>

#include "processor.h"

enum { FOCUS_SHA256_BLOCK = 64 };

/* Takes `count` blocks of 64 bytes into the eight words of a SHA-256 (FIPS 180-4, section 6.2.2). */
FOCUS_KERNEL(focus_sha256, uint32_t *state, const uint8_t *blocks, size_t count);

#endif
