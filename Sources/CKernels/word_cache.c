#include "word_cache.h"

#include <string.h>

/* Words that are looked up together: some are hashed while the memory of others is fetched. */
enum { AT_A_TIME = 64 };

static uint64_t load64(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    return word;
}

static uint64_t load32(const uint8_t *bytes) {
    uint32_t word;
    memcpy(&word, bytes, 4);
    return word;
}

static uint64_t fold(uint64_t value) {
    __uint128_t product = (__uint128_t)value * 0x9FB21C651E98DF25;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* The hash of `count` bytes, at least one: eight at a time, the last ones perhaps twice. */
static uint32_t hash(const uint8_t *word, size_t count, uint64_t seed) {
    uint64_t state = seed ^ count * 0x9E3779B97F4A7C15, tail;
    if (count >= 8) {
        const uint8_t *last = word + count - 8;
        for (; word < last; word += 8) state = fold(state ^ load64(word));
        tail = load64(last);
    } else if (count >= 4) {
        tail = load32(word) | load32(word + count - 4) << 32;
    } else {
        tail = (uint64_t)word[0] | (uint64_t)word[count / 2] << 8 | (uint64_t)word[count - 1] << 16;
    }
    return (uint32_t)fold(state ^ tail);
}

/* Whether two words of `count` bytes, at least one, are the same. */
static int same(const uint8_t *a, const uint8_t *b, size_t count) {
    if (count >= 8) {
        size_t last = count - 8;
        for (size_t i = 0; i < last; i += 8)
            if (load64(a + i) != load64(b + i)) return 0;
        return load64(a + last) == load64(b + last);
    }
    if (count >= 4) return load32(a) == load32(b) && load32(a + count - 4) == load32(b + count - 4);
    return a[0] == b[0] && a[count / 2] == b[count / 2] && a[count - 1] == b[count - 1];
}

/* The record of a word; 0 where it is not known. */
static const uint32_t *find(const struct focus_known_words *known, const uint8_t *word, size_t count, uint32_t hash) {
    for (size_t slot = hash;; slot++) {
        uint64_t content = known->slots[slot & (known->slot_count - 1)];
        if (content == 0) return 0;
        if (content >> 32 != hash) continue;
        const uint32_t *record = known->records + (uint32_t)content - 1;
        if ((record[0] & 0xFFFF) == count && same(word, (const uint8_t *)(record + 1 + (record[0] >> 16)), count))
            return record;
    }
}

struct focus_words_found focus_find_words(const struct focus_known_words *known, const uint8_t *text,
                                          const intptr_t *bounds, size_t count, size_t longest, int32_t *ids,
                                          size_t room) {
    struct focus_words_found found = {0, 0, 0, 0};
    uint32_t hashes[AT_A_TIME];
    while (found.words < count) {
        size_t left = count - found.words, taken = left < AT_A_TIME ? left : AT_A_TIME;
        for (size_t i = 0; i < taken; i++) {
            const intptr_t *bound = bounds + 2 * (found.words + i);
            size_t length = (size_t)(bound[1] - bound[0]);
            hashes[i] = length == 0 || length > longest ? 0 : hash(text + bound[0], length, known->seed);
            __builtin_prefetch(known->slots + (hashes[i] & (known->slot_count - 1)));
        }
        for (size_t i = 0; i < taken; i++) {
            uint64_t content = known->slots[hashes[i] & (known->slot_count - 1)];
            if (content) __builtin_prefetch(known->records + (uint32_t)content - 1);
        }
        for (size_t i = 0; i < taken; i++, found.words++) {
            const intptr_t *bound = bounds + 2 * found.words;
            size_t length = (size_t)(bound[1] - bound[0]);
            if (length == 0) continue;
            const uint32_t *record = length > longest ? 0 : find(known, text + bound[0], length, hashes[i]);
            if (!record) {
                found.is_unknown = 1;
                found.hash = hashes[i];
                return found;
            }
            size_t number = record[0] >> 16;
            if (room - found.ids < number) return found;
            for (size_t k = 0; k < number; k++) ids[found.ids + k] = (int32_t)record[1 + k];
            found.ids += number;
        }
    }
    return found;
}
