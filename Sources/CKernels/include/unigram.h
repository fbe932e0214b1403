#ifndef FOCUS_UNIGRAM_H
#define FOCUS_UNIGRAM_H

#include "trie.h"

/* Words of a text, each with how often it occurs: word w has the bytes from offsets[w] to offsets[w + 1], well-formed
   UTF-8, `longest` of them at most. */
struct focus_counted_words {
    const uint8_t *bytes;
    const int64_t *offsets, *counts;
    size_t longest;
};

/* One step of expectation of a Unigram model (Kudo 2018, arXiv 1804.10959) over the words from `first` up to `last`:
   adds to `expected`, by value, how often each piece is expected in all segmentations, and to `likelihood` the
   logarithm of the words' probability; both times 2^scale, as whole numbers, so that the order of words is no matter.

   A piece has the probability of its value; each word can be spelled. Sums are kept near 1 by exp(tilt) a byte.
   `scratch` has room for 3 * (longest + 1) numbers. Returns how many words were left out since no tilt served. */
size_t focus_expect_pieces(const struct focus_trie_node *nodes, const double *probabilities,
                           const struct focus_counted_words *words, size_t first, size_t last, double tilt, int scale,
                           double *scratch, int64_t *expected, int64_t *likelihood);

/* Adds to `counts`, by value, how often each piece occurs in the most probable segmentations of the words from `first`
   up to `last`; `paths` has room for longest + 1. */
void focus_count_best_pieces(const struct focus_trie_node *nodes, const double *scores,
                             const struct focus_counted_words *words, size_t first, size_t last,
                             struct focus_path *paths, int64_t *counts);

#endif
