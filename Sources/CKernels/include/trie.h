#ifndef FOCUS_TRIE_H
#define FOCUS_TRIE_H

#include <stddef.h>
#include <stdint.h>

/* A node of a double array. The child for byte b is the node base ^ b, which there always is, if that node's
   parent is this one; value is that of the string that ends here, -1 where none does. */
struct focus_trie_node {
    int32_t base, parent, value;
};

/* The longest string below node `root` that `text` begins with, but for the one of the value `excluded`: where it
   ends, or 0 where there is none; its value goes to `value`. */
size_t focus_longest_match(const struct focus_trie_node *nodes, int32_t root, const uint8_t *text, size_t count,
                           int32_t excluded, int32_t *value);

/* The best way to spell a text up to one byte: its score, where its last piece begins, -1 where there is no way,
   and the value of that piece. */
struct focus_path {
    double score;
    int32_t start, value;
};

/* Viterbi's algorithm over the bytes of well-formed UTF-8: writes the best path to each byte, count + 1 of them. A
   piece has the score of its value; a character that is no piece has the value `unknown`, if that is not -1, and
   the score `unknown_score`. Returns `count`, or where the first character begins that cannot be spelled. */
size_t focus_best_paths(const struct focus_trie_node *nodes, const double *scores, const uint8_t *text, size_t count,
                        int32_t excluded, int32_t unknown, double unknown_score, struct focus_path *paths);

#endif
