#ifndef FOCUS_WORD_CACHE_H
#define FOCUS_WORD_CACHE_H

#include <stddef.h>
#include <stdint.h>

/* Words whose token ids are known. */
struct focus_known_words {
    /* The hash of a word in the upper half, and in the lower one 1 + the index of its record; 0 where free.
       Their number is a power of two; a word lies at the slot that the lowest bits of its hash name, or behind it. */
    const uint64_t *slots;
    size_t slot_count;
    /* Of each word: its length in bytes, with the number of its ids in the upper half; the ids; the bytes. */
    const uint32_t *records;
    uint64_t seed;
};

/* How far focus_find_words got. */
struct focus_words_found {
    /* The number of words that are done, and of ids that were written. */
    size_t words, ids;
    /* Whether the next word is not known, rather than without room for its ids; and its hash. */
    int is_unknown;
    uint32_t hash;
};

/* Writes the ids of words one after the other, up to the first that is not known or that finds no room; word i
   lies from bounds[2 * i] to bounds[2 * i + 1] of `text`. Empty ones have no ids; longer ones than `longest` are
   not known. */
struct focus_words_found focus_find_words(const struct focus_known_words *known, const uint8_t *text,
                                          const intptr_t *bounds, size_t count, size_t longest, int32_t *ids,
                                          size_t room);

#endif
