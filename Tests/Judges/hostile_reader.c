/* A plug-in that does, when it opens a file, what CASE names: what a flaw in a reader might be used for. See
   test_isolation.py. */
#define _GNU_SOURCE
#include "focus_plugin.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#define IS(name) (CASE == (int)name)
enum {
    crash = 1, loop, memory, many_files, shout, tell_lies, write_file, grow_file, empty_file, remove_file, make_folder,
    rename_file, run_program, connect_out, be_good,
    /* Through a descriptor that was opened for reading. */
    mode_of_descriptor, owner_of_descriptor, attribute_of_descriptor, no_attribute_of_descriptor, times_of_descriptor,
    mode_of_file, mode_by_a_new_call, owner_of_file, attribute_of_file, link_file, point_to_file, make_device,
    make_pipe, make_nameless_file, connect_to_socket, make_pair, signal_others, signal_threads_of_others,
    signal_by_descriptor, queue_signal, own_by_fcntl, own_by_ioctl, slow_others, limit_others, share_memory, trace,
    read_others, new_root, new_names, sibling, make_ring, run_program_here, work_in_memory,
};

/* What deed CASE is, tried on the file called `victim`. */
static long deed(const char *victim) {
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "nobody"};
    struct rlimit limit;
    int reading = open(victim, O_RDONLY), writing, pair[2];
    pid_t parent = getppid();
    char byte;
    struct iovec here = {&byte, 1}, there = {&byte, 1};
    siginfo_t signal = {.si_code = SI_QUEUE};
    char *const none[] = {NULL};
    switch (CASE) {
    case write_file: return open(victim, O_WRONLY | O_CREAT, 0600);
    case grow_file: return (writing = open(victim, O_RDWR)) < 0 ? -1 : write(writing, "x", 1);
    case empty_file: return truncate(victim, 0);
    case remove_file: return unlink(victim);
    case make_folder: return mkdir("made", 0700);
    case rename_file: return rename(victim, "moved");
    case run_program: return execl("/bin/true", "true", NULL);
    case run_program_here: return syscall(SYS_execveat, open("/bin/true", O_RDONLY), "", none, none, AT_EMPTY_PATH);
    case connect_out: return socket(AF_INET, SOCK_STREAM, 0);
    case connect_to_socket: return connect(0, (struct sockaddr *)&address, sizeof address);
    case make_pair: return socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    case mode_of_descriptor: return fchmod(reading, 0600);
    case owner_of_descriptor: return fchown(reading, getuid(), getgid());
    case attribute_of_descriptor: return fsetxattr(reading, "user.focus", "x", 1, 0);
    case no_attribute_of_descriptor: return fremovexattr(reading, "user.focus");
    case times_of_descriptor: return futimens(reading, NULL);
    case mode_of_file: return chmod(victim, 0600);
    case mode_by_a_new_call: return syscall(452, AT_FDCWD, victim, 0600, 0);
    case owner_of_file: return chown(victim, getuid(), getgid());
    case attribute_of_file: return lremovexattr(victim, "user.focus");
    case link_file: return link(victim, "made");
    case point_to_file: return symlink(victim, "made");
    case make_device: return mknod("made", S_IFREG | 0600, 0);
    case make_pipe: return mkfifo("made", 0600);
    case make_nameless_file: return open(".", O_TMPFILE | O_RDWR, 0600);
    case work_in_memory: return memfd_create("x", 0);
    case signal_others: return kill(parent, 0);
    case signal_threads_of_others: return syscall(SYS_tgkill, parent, parent, 0);
    case signal_by_descriptor: return syscall(424, syscall(434, parent, 0), 0, NULL, 0);
    case queue_signal: return syscall(SYS_rt_sigqueueinfo, parent, 0, &signal);
    case own_by_fcntl: return fcntl(reading, F_SETOWN, parent);
    case own_by_ioctl: return ioctl(reading, 0x8901 /* FIOSETOWN */, &parent);
    case slow_others: return setpriority(PRIO_PROCESS, (id_t)parent, getpriority(PRIO_PROCESS, (id_t)parent));
    case limit_others: return prlimit(parent, RLIMIT_CORE, NULL, &limit);
    case share_memory: return shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
    case trace: return ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    case read_others: return process_vm_readv(parent, &here, 1, &there, 1, 0);
    case new_root: return chroot(".");
    case new_names: return unshare(CLONE_NEWUSER);
    case sibling: return syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, NULL);
    case make_ring: return syscall(425 /* io_uring_setup */, 4, NULL);
    default: return 0;
    }
}

static int32_t recognizes(const uint8_t *prefix, uint64_t count) {
    return count >= 4 && memcmp(prefix, "HOST", 4) == 0;
}

static int32_t open_file(
    const char *path, const focus_options_v1 *options, focus_file_v1 *file, focus_error_v1 *error) {
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
    if (CASE >= (int)write_file && !IS(be_good)) result = deed(other) < 0 ? -1 : 0;
    return focus_fail(error, FOCUS_ERROR_SYSTEM, result < 0 ? "kept from it: %s" : "could do it%.0s", strerror(errno));
}

FOCUS_PLUGIN_EXPORT const focus_plugin_v1 *focus_plugin_entry(uint32_t abi_version) {
    static const focus_plugin_v1 table = {
        .abi_version = FOCUS_PLUGIN_ABI_VERSION, .struct_size = sizeof table, .name = "host", .summary = "",
        .extensions = "host",
        .recognizes = recognizes, .open = open_file,
    };
    (void)abi_version;
    return &table;
}
