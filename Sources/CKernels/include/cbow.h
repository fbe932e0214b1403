#ifndef FOCUS_CBOW_H
#define FOCUS_CBOW_H

#include <stddef.h>
#include <stdint.h>

#include "processor.h"

/* Continuous bag of words with negative sampling and n-grams, as in fastText (Bojanowski et al. 2017), in rounds.
   In a round each part of the text is trained on by itself. A part computes the sum of a word's rows when it first
   meets the word, and moves that sum; after the round, what the sums have moved by is added to the rows. A part
   has its own copy of the output rows; what the copies have moved by is added up. Rows that belong to the same
   words, equally often, move together. Such rows are a group, of which only the sum is kept. So nothing depends on
   the number of threads, and every function has the same bits on every processor.

   Many parts have no copies, which would take too much memory and time to be merged: they note moves. All read the
   same output rows, a part notes what it would move them by, and sorts what it has noted by the shares of the rows
   that it is of. What was noted is added after every round, share by share. */

/* LONGEST_LINE: a line is cut after this many tokens. SHARES: the groups are cut into this many shares, which
   threads can work on at the same time between rounds. NOTED_SHARES: the same of groups and output rows where moves
   are noted. */
enum { FOCUS_CBOW_LONGEST_LINE = 1024, FOCUS_CBOW_SHARES = 8, FOCUS_CBOW_NOTED_SHARES = 128 };

/* A line ends after this id; every other id is a token. */
enum { FOCUS_CBOW_LINE_END = 0 };

struct focus_cbow_settings {
    size_t dimension;
    size_t id_count;    /* of tokens, the end of a line included */
    size_t word_count;  /* words: tokens that are frequent enough to be learnt */
    size_t row_count;   /* the rows of words, then those of n-grams */
    size_t group_count; /* groups of rows that move together */
    size_t part_count;
    size_t capacity; /* the most ids of a part in a round */
    int notes_moves; /* whether parts note the moves of output rows, and have no copies of them */
    size_t negatives, window;
    uint64_t seed;
    uint32_t line_end; /* the word that ends a line, or word_count where there is none */
};

struct focus_cbow;

/* Makes a model; NULL where there is not enough memory. The arrays are copied:
   words [id_count]: the word of an id, UINT32_MAX for none
   starts [word_count + 1]: where the groups of a word begin in groups
   groups: the groups in the sum of a word, each as often as each of its rows
   row_counts [word_count]: how many rows that are
   row_groups [row_count]: the group that a row is in
   row_names [row_count]: what the first values of a row depend on, besides the seed
   output_moves [word_count], group_moves [group_count]: how often a row is expected to be moved by a token of the text
   keep [word_count]: an occurrence of a word is kept where 32 random bits are not above this
   alias_thresholds, aliases [word_count]: negative samples by the alias method (Walker 1977) */
struct focus_cbow *focus_cbow_make(const struct focus_cbow_settings *settings, const uint32_t *words,
                                   const uint32_t *starts, const uint32_t *groups, const uint32_t *row_counts,
                                   const uint32_t *row_groups, const uint64_t *row_names, const uint32_t *keep,
                                   const uint32_t *alias_thresholds, const uint32_t *aliases,
                                   const float *output_moves, const float *group_moves);
void focus_cbow_free(struct focus_cbow *model);

/* Begins a round of a part and trains it on `count` ids, at most its capacity, cut into lines after the end of a
   line and after 1024 words. The learning rate falls from `rate` to `last_rate`. Parts may be trained at the same
   time. */
FOCUS_KERNEL(focus_cbow_train, struct focus_cbow *model, size_t part, const uint32_t *ids, size_t count, float rate,
             float last_rate);

/* Adds to the groups of the shares [first, end) what the sums of all parts have moved by. Shares may be worked on
   at the same time, and at the same time as output rows. */
FOCUS_KERNEL(focus_cbow_move_groups, struct focus_cbow *model, size_t first, size_t end);

/* Adds to the output rows [first, end) what the parts' copies have moved by, and makes the copies equal to them. */
FOCUS_KERNEL(focus_cbow_merge_outputs, struct focus_cbow *model, size_t first, size_t end);

/* Of what is noted of a row that a token is expected to move `x` times, 1 / (1 + x * damping) is added. */
struct focus_cbow_damping {
    float outputs, groups;
};

/* Adds to the groups and output rows of the shares [first, end) of FOCUS_CBOW_NOTED_SHARES what all parts have noted
   in the round. Shares may be worked on at the same time. */
FOCUS_KERNEL(focus_cbow_add_noted, struct focus_cbow *model, size_t first, size_t end,
             struct focus_cbow_damping damping);

/* Whether a row is not finite, or too large to be added up. */
int focus_cbow_has_diverged(const struct focus_cbow *model);

/* The values of a row. `values` has room for `dimension` floats. */
void focus_cbow_row(const struct focus_cbow *model, size_t row, float *values);
/* The `dimension` floats of an output row. */
const float *focus_cbow_output_row(const struct focus_cbow *model, size_t word);

#endif
