/*
 * usage: from_c CHECKPOINT TOKENIZER OUTPUT
 *
 * Makes a plan from the tokenizer of CHECKPOINT to TOKENIZER, applies it to a table in memory, and writes the
 * checkpoint with its new vocabulary to the folder OUTPUT.
 */
#include <focus.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 8 };

static focus_problem_v1 problem = {.struct_size = sizeof problem};

static focus_string_v1 text(const char *characters) {
    focus_string_v1 string = {characters, strlen(characters)};
    return string;
}

/* Says what is wrong, and ends the program, where a call failed. */
static void check(int32_t status) {
    if (status == FOCUS_STATUS_OK) return;
    fprintf(stderr, "error: %s\n", problem.message);
    exit(1);
}

static void tell(void *context, focus_string_v1 sentence) {
    (void)context;
    printf("  %.*s\n", (int)sentence.length, sentence.bytes);
}

/* Applies the plan to a table whose rows are their own numbers, and looks whether copies are copies. */
static void apply(const focus_plan *plan, focus_monitor *monitor) {
    focus_plan_arrays_v1 arrays = {.struct_size = sizeof arrays};
    check(focus_plan_arrays(plan, &arrays, &problem));
    float *old_rows = malloc(arrays.source_rows * COLUMNS * sizeof *old_rows);
    float *new_rows = malloc(arrays.rows * COLUMNS * sizeof *new_rows);
    if (old_rows == NULL || new_rows == NULL) exit(1);
    for (uint64_t i = 0; i < arrays.source_rows * COLUMNS; i++) old_rows[i] = (float)(i / COLUMNS);
    focus_table_v1 source = {.struct_size = sizeof source, .number = FOCUS_NUMBER_F32, .elements = old_rows,
                             .rows = arrays.source_rows, .columns = COLUMNS};
    focus_table_v1 target = {.struct_size = sizeof target, .number = FOCUS_NUMBER_F32, .elements = new_rows,
                             .rows = arrays.rows, .columns = COLUMNS};
    focus_apply_v1 job = {.struct_size = sizeof job, .source = &source, .target = &target};
    check(focus_plan_apply(plan, &job, monitor, &problem));
    uint64_t copied = 0;
    for (uint64_t row = 0; row < arrays.rows; row++) {
        if (arrays.kinds[row] != FOCUS_ROW_COPY) continue;
        copied++;
        if (new_rows[row * COLUMNS] == (float)arrays.sources[arrays.offsets[row]]) continue;
        fprintf(stderr, "error: row %" PRIu64 " is no copy\n", row);
        exit(1);
    }
    printf("%" PRIu64 " rows, %" PRIu64 " of them copied\n", arrays.rows, copied);
    free(old_rows);
    free(new_rows);
}

int main(int count, char **arguments) {
    if (count != 4 || focus_api_version() < FOCUS_API_VERSION) {
        fprintf(stderr, "usage: from_c CHECKPOINT TOKENIZER OUTPUT\n");
        return 64;
    }
    focus_listener_v1 listener = {.struct_size = sizeof listener, .tell = tell};
    focus_monitor *monitor = focus_monitor_open(&listener);
    focus_tokenizer *source, *target;
    check(focus_tokenizer_open(text(arguments[1]), &source, &problem));
    check(focus_tokenizer_open(text(arguments[2]), &target, &problem));

    focus_setting_v1 method = {text("method"), text("pieces")};
    focus_plan_job_v1 job = {.struct_size = sizeof job, .source = source, .target = target, .settings = &method,
                             .setting_count = 1};
    focus_plan *plan;
    check(focus_plan_make(&job, monitor, &plan, &problem));
    focus_tokenizer_close(source);
    focus_tokenizer_close(target);
    apply(plan, monitor);

    focus_text *json;
    check(focus_plan_explain(plan, text("#300"), &json, &problem));
    printf("%s\n", focus_text_bytes(json, NULL));
    focus_text_close(json);
    focus_plan_close(plan);

    focus_string_v1 words[] = {text("specialize"), text(arguments[1]), text("--tokenizer"), text(arguments[2]),
                               text("--method"), text("pieces"), text("--output"), text(arguments[3])};
    check(focus_run(words, sizeof words / sizeof *words, monitor, NULL, &problem));
    focus_monitor_close(monitor);
    return 0;
}
