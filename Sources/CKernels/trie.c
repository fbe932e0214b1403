#include "trie.h"

size_t focus_longest_match(const struct focus_trie_node *nodes, int32_t root, const uint8_t *text, size_t count,
                           int32_t excluded, int32_t *value) {
    size_t longest = 0;
    int32_t node = root;
    for (size_t end = 0; end < count;) {
        int32_t child = nodes[node].base ^ text[end];
        if (nodes[child].parent != node) break;
        node = child;
        end++;
        if (nodes[node].value >= 0 && nodes[node].value != excluded) {
            longest = end;
            *value = nodes[node].value;
        }
    }
    return longest;
}

static size_t scalar_length(uint8_t lead) { return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4; }

/* Takes a way to a byte if it is better than what is known. */
static void offer(struct focus_path *path, double score, size_t start, int32_t value) {
    if (path->start >= 0 && !(score > path->score)) return;
    path->score = score;
    path->start = (int32_t)start;
    path->value = value;
}

size_t focus_best_paths(const struct focus_trie_node *nodes, const double *scores, const uint8_t *text, size_t count,
                        int32_t excluded, int32_t unknown, double unknown_score, struct focus_path *paths) {
    for (size_t i = 0; i <= count; i++) paths[i] = (struct focus_path){0, -1, 0};
    for (size_t start = 0; start < count;) {
        double score = paths[start].score;
        size_t length = scalar_length(text[start]);
        size_t character_end = start + (length < count - start ? length : count - start);
        int is_known = 0;
        int32_t node = 0;
        for (size_t end = start; end < count;) {
            int32_t child = nodes[node].base ^ text[end];
            if (nodes[child].parent != node) break;
            node = child;
            end++;
            int32_t value = nodes[node].value;
            if (value < 0 || value == excluded) continue;
            offer(&paths[end], scores[value] + score, start, value);
            if (end == character_end) is_known = 1;
        }
        if (!is_known && (paths[character_end].start < 0 || unknown_score + score > paths[character_end].score)) {
            if (unknown < 0) return start;
            offer(&paths[character_end], unknown_score + score, start, unknown);
        }
        start = character_end;
    }
    return count;
}
