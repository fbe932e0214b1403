/* The layout of the structures of focus.h and focus_tensors.h, which never changes. */
#include "focus.h"
#include "focus_tensors.h"

#define FROZEN(condition) _Static_assert(condition, #condition)

FROZEN(sizeof(void *) == 8);
FROZEN(sizeof(focus_string_v1) == 16 && offsetof(focus_string_v1, length) == 8);
FROZEN(sizeof(focus_problem_v1) == 4096 && offsetof(focus_problem_v1, status) == 4);
FROZEN(offsetof(focus_problem_v1, code) == 8 && offsetof(focus_problem_v1, message) == 64);
FROZEN(sizeof(focus_setting_v1) == 32 && offsetof(focus_setting_v1, value) == 16);
FROZEN(sizeof(focus_listener_v1) == 32 && offsetof(focus_listener_v1, context) == 8);
FROZEN(offsetof(focus_listener_v1, progress) == 16 && offsetof(focus_listener_v1, tell) == 24);
FROZEN(sizeof(focus_progress_v1) == 128 && offsetof(focus_progress_v1, completed) == 8);
FROZEN(offsetof(focus_progress_v1, total) == 16 && offsetof(focus_progress_v1, stage) == 24);
FROZEN(sizeof(focus_table_v1) == 48 && offsetof(focus_table_v1, number) == 4);
FROZEN(offsetof(focus_table_v1, elements) == 8 && offsetof(focus_table_v1, rows) == 16);
FROZEN(offsetof(focus_table_v1, columns) == 24 && offsetof(focus_table_v1, row_stride) == 32);
FROZEN(offsetof(focus_table_v1, column_stride) == 40);
FROZEN(sizeof(focus_plan_job_v1) == 72 && offsetof(focus_plan_job_v1, source) == 8);
FROZEN(offsetof(focus_plan_job_v1, target) == 16 && offsetof(focus_plan_job_v1, corpus) == 24);
FROZEN(offsetof(focus_plan_job_v1, model) == 32 && offsetof(focus_plan_job_v1, embeddings) == 48);
FROZEN(offsetof(focus_plan_job_v1, settings) == 56 && offsetof(focus_plan_job_v1, setting_count) == 64);
FROZEN(sizeof(focus_plan_arrays_v1) == 56 && offsetof(focus_plan_arrays_v1, rows) == 8);
FROZEN(offsetof(focus_plan_arrays_v1, source_rows) == 16 && offsetof(focus_plan_arrays_v1, kinds) == 24);
FROZEN(offsetof(focus_plan_arrays_v1, offsets) == 32 && offsetof(focus_plan_arrays_v1, sources) == 40);
FROZEN(offsetof(focus_plan_arrays_v1, weights) == 48);
FROZEN(sizeof(focus_apply_v1) == 48 && offsetof(focus_apply_v1, source) == 8);
FROZEN(offsetof(focus_apply_v1, target) == 16 && offsetof(focus_apply_v1, tensor) == 24);
FROZEN(offsetof(focus_apply_v1, threads) == 40);
FROZEN(sizeof(focus_array_v1) == 48 && offsetof(focus_array_v1, type) == 16);
FROZEN(offsetof(focus_array_v1, shape) == 32 && offsetof(focus_array_v1, rank) == 40);
FROZEN(sizeof(focus_write_v1) == 96 && offsetof(focus_write_v1, path) == 8);
FROZEN(offsetof(focus_write_v1, tensors) == 24 && offsetof(focus_write_v1, tensor_count) == 32);
FROZEN(offsetof(focus_write_v1, metadata) == 40 && offsetof(focus_write_v1, metadata_count) == 48);
FROZEN(offsetof(focus_write_v1, settings) == 56 && offsetof(focus_write_v1, setting_count) == 64);
FROZEN(offsetof(focus_write_v1, context) == 72 && offsetof(focus_write_v1, lend) == 80);
FROZEN(offsetof(focus_write_v1, give_back) == 88);
