#include "unigram.h"

#include <math.h>

/* How often another tilt is tried, and how much it differs. */
enum { ATTEMPTS = 60 };
static const double STEP = 1.5;
/* Sums are taken where they and their products with weights are far from both ends of the numbers. */
static const double SMALLEST = 1e-250, LARGEST = 1e250;

static void set_powers(double tilt, size_t longest, double *powers) {
    for (size_t length = 0; length <= longest; length++) powers[length] = exp(tilt * (double)length);
}

/* The sum over all segmentations of the text up to each of its bytes. */
static double sum_forward(const struct focus_trie_node *nodes, const double *probabilities, const double *powers,
                          const uint8_t *text, size_t count, double *forward) {
    for (size_t i = 1; i <= count; i++) forward[i] = 0;
    forward[0] = 1;
    for (size_t start = 0; start < count; start++) {
        double weight = forward[start];
        if (weight == 0) continue;
        int32_t node = 0;
        for (size_t end = start; end < count;) {
            int32_t child = nodes[node].base ^ text[end];
            if (nodes[child].parent != node) break;
            node = child;
            end++;
            int32_t value = nodes[node].value;
            if (value >= 0) forward[end] += weight * probabilities[value] * powers[end - start];
        }
    }
    return forward[count];
}

/* Goes back, and adds what is expected of each piece. */
static void add_expected(const struct focus_trie_node *nodes, const double *probabilities, const double *powers,
                         const uint8_t *text, size_t count, const double *forward, double *backward, double times,
                         int64_t *expected) {
    backward[count] = 1;
    for (size_t start = count; start-- > 0;) {
        double sum = 0, before = forward[start] * times;
        if (before == 0) {
            backward[start] = 0;
            continue;
        }
        int32_t node = 0;
        for (size_t end = start; end < count;) {
            int32_t child = nodes[node].base ^ text[end];
            if (nodes[child].parent != node) break;
            node = child;
            end++;
            int32_t value = nodes[node].value;
            if (value < 0 || backward[end] == 0) continue;
            double part = probabilities[value] * powers[end - start] * backward[end];
            sum += part;
            expected[value] += (int64_t)(before * part);
        }
        backward[start] = sum;
    }
}

size_t focus_expect_pieces(const struct focus_trie_node *nodes, const double *probabilities,
                           const struct focus_counted_words *words, size_t first, size_t last, double tilt, int scale,
                           double *scratch, int64_t *expected, int64_t *likelihood) {
    double *forward = scratch, *backward = forward + words->longest + 1, *powers = backward + words->longest + 1;
    double one = ldexp(1, scale), current = tilt;
    size_t left_out = 0;
    set_powers(current, words->longest, powers);
    for (size_t word = first; word < last; word++) {
        const uint8_t *text = words->bytes + words->offsets[word];
        size_t count = (size_t)(words->offsets[word + 1] - words->offsets[word]);
        double times = (double)words->counts[word], sum = 0;
        if (current != tilt) {
            current = tilt;
            set_powers(current, words->longest, powers);
        }
        int attempt = 0;
        for (;; attempt++) {
            sum = sum_forward(nodes, probabilities, powers, text, count, forward);
            if ((sum >= SMALLEST && sum <= LARGEST) || attempt == ATTEMPTS) break;
            current += sum < SMALLEST ? STEP : -STEP;
            set_powers(current, words->longest, powers);
        }
        if (attempt == ATTEMPTS) {
            left_out++;
            continue;
        }
        add_expected(nodes, probabilities, powers, text, count, forward, backward, times * one / sum, expected);
        *likelihood += (int64_t)((log(sum) - current * (double)count) * times * one);
    }
    return left_out;
}

void focus_count_best_pieces(const struct focus_trie_node *nodes, const double *scores,
                             const struct focus_counted_words *words, size_t first, size_t last,
                             struct focus_path *paths, int64_t *counts) {
    for (size_t word = first; word < last; word++) {
        const uint8_t *text = words->bytes + words->offsets[word];
        size_t count = (size_t)(words->offsets[word + 1] - words->offsets[word]);
        if (focus_best_paths(nodes, scores, text, count, -1, -1, 0, paths) < count) continue;
        for (size_t end = count; end > 0; end = (size_t)paths[end].start)
            counts[paths[end].value] += words->counts[word];
    }
}
