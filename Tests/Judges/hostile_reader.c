/* A plug-in that does, when it opens a file, what CASE names: what a flaw in a reader might be used for. See test_isolation.py. */
#define _GNU_SOURCE
#include "focus_plugin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define IS(name) (CASE == (int)name)
enum { crash = 1, loop, memory, many_files, shout, tell_lies, write_file, grow_file, empty_file, remove_file, make_folder, rename_file,
       run_program, connect_out, be_good };

static int32_t recognizes(const uint8_t *prefix, uint64_t count) { return count >= 4 && memcmp(prefix, "HOST", 4) == 0; }

static int32_t open_file(const char *path, const focus_options_v1 *options, focus_file_v1 *file, focus_error_v1 *error) {
    char other[4096];
    int result = 0;
    (void)options, (void)file;
    snprintf(other, sizeof other, "%s.victim", path);
    if (IS(be_good)) return FOCUS_OK;
    if (IS(crash)) *(volatile int *)8 = 1;
    for (volatile unsigned long n = 0; IS(loop); n++) {}
    if (IS(memory)) {
        size_t count = 0;
        for (char *block; count < 100000 && (block = malloc(1 << 20)); count++) memset(block, 1, 1 << 20);
        return focus_fail(error, FOCUS_ERROR_MEMORY, "%zu MiB", count);
    }
    if (IS(many_files)) {
        size_t count = 0;
        while (count < 100000 && open(path, O_RDONLY) >= 0) count++;
        return focus_fail(error, FOCUS_ERROR_SYSTEM, "%zu files", count);
    }
    if (IS(shout)) {
        char line[4096];
        memset(line, 'x', sizeof line);
        while (write(2, line, sizeof line) > 0) {}
    }
    if (IS(tell_lies)) result = (int)write(1, "\x1b[31mall is well\n", 17);
    if (IS(write_file)) result = open(other, O_WRONLY | O_CREAT, 0600);
    if (IS(grow_file)) result = (int)write(open(other, O_RDWR), "x", 1);
    if (IS(empty_file)) result = truncate(other, 0);
    if (IS(remove_file)) result = unlink(other);
    if (IS(make_folder)) result = mkdir("made", 0700);
    if (IS(rename_file)) result = rename(other, "moved");
    if (IS(run_program)) result = execl("/bin/true", "true", NULL);
    if (IS(connect_out)) result = socket(AF_INET, SOCK_STREAM, 0);
    return focus_fail(error, FOCUS_ERROR_SYSTEM, result < 0 ? "kept from it: %s" : "could do it%.0s", strerror(errno));
}

FOCUS_PLUGIN_EXPORT const focus_plugin_v1 *focus_plugin_entry(uint32_t abi_version) {
    static const focus_plugin_v1 table = {
        .abi_version = FOCUS_PLUGIN_ABI_VERSION, .struct_size = sizeof table, .name = "host", .summary = "", .extensions = "host",
        .recognizes = recognizes, .open = open_file,
    };
    (void)abi_version;
    return &table;
}
