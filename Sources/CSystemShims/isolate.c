#include "CSystemShims.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define FOCUS_AUDIT_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define FOCUS_AUDIT_ARCH AUDIT_ARCH_AARCH64
#endif

#ifdef FOCUS_AUDIT_ARCH
/* What a process that reads files has no need of. All else stays as it is, so that no release of a library is in want of anything. */
static const unsigned refused[] = {
    /* Connections, and a way around them. */
    __NR_socket, __NR_socketpair, __NR_connect, __NR_bind, __NR_listen, __NR_accept4, __NR_sendto, __NR_sendmsg, 425 /* io_uring_setup */,
    /* Programs and other processes. */
    __NR_execve, __NR_execveat, __NR_ptrace, __NR_process_vm_readv, __NR_process_vm_writev, 438 /* pidfd_getfd */,
    __NR_bpf, __NR_perf_event_open, __NR_userfaultfd, __NR_setns, __NR_unshare, __NR_mount, __NR_umount2, __NR_keyctl, __NR_add_key,
    /* Changes of files. */
    __NR_truncate, __NR_ftruncate, __NR_fallocate, __NR_unlinkat, __NR_mkdirat, __NR_symlinkat, __NR_linkat, __NR_mknodat, __NR_renameat2,
    __NR_fchmodat, __NR_fchownat, __NR_utimensat, __NR_setxattr, __NR_lsetxattr, __NR_removexattr, 437 /* openat2 */,
#ifdef __NR_renameat
    __NR_renameat,
#endif
#ifdef __NR_unlink
    __NR_unlink, __NR_rmdir, __NR_mkdir, __NR_symlink, __NR_link, __NR_mknod, __NR_rename, __NR_chmod, __NR_chown, __NR_lchown, __NR_creat,
    __NR_utime, __NR_utimes, __NR_futimesat, __NR_accept,
#endif
};

static void refuse_calls(void) {
    enum { call_count = sizeof refused / sizeof *refused };
    struct sock_filter code[call_count + 20];
    unsigned short end = 0;
    const struct sock_filter refusal = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
    const struct sock_filter approval = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    const unsigned writing = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC;
    /* Calls by another table of numbers are refused as a whole. */
    code[end++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
    code[end++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, FOCUS_AUDIT_ARCH, 1, 0);
    code[end++] = refusal;
    code[end++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    code[end++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);
    code[end++] = refusal;
    /* Files are opened for reading only. */
    code[end++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_openat, 0, 4);
    code[end++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2]));
    code[end++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, writing, 0, 1);
    code[end++] = refusal;
    code[end++] = approval;
#ifdef __NR_open
    code[end++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_open, 0, 4);
    code[end++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[1]));
    code[end++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, writing, 0, 1);
    code[end++] = refusal;
    code[end++] = approval;
#endif
    for (size_t i = 0; i < call_count; i++) {
        code[end++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, refused[i], (unsigned char)(call_count - i), 0);
    }
    code[end++] = approval;
    code[end++] = refusal;
    struct sock_fprog program = {end, code};
    /* A kernel without it, or one that does not allow it here: the limits have to do. */
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}
#else
static void refuse_calls(void) {}
#endif

static void limit(int resource, rlim_t soft, rlim_t hard) {
    struct rlimit now;
    if (getrlimit(resource, &now) != 0) return;
    if (now.rlim_max != RLIM_INFINITY && hard > now.rlim_max) hard = now.rlim_max;
    now.rlim_max = hard;
    now.rlim_cur = soft < hard ? soft : hard;
    setrlimit(resource, &now);
}

/* What counts against the limits of addresses and of memory already. */
static void measure(rlim_t *address, rlim_t *memory) {
    unsigned long pages = 0, data = 0;
    char text[200] = "";
    FILE *file = fopen("/proc/self/statm", "re");
    if (file && fgets(text, sizeof text, file)) sscanf(text, "%lu %*u %*u %*u %*u %lu", &pages, &data);
    if (file) fclose(file);
    *address = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
    *memory = (rlim_t)data * (rlim_t)sysconf(_SC_PAGESIZE);
}

static void close_others(void) {
    if (syscall(436 /* close_range */, 3, ~0u, 0) == 0) return;
    long count = sysconf(_SC_OPEN_MAX);
    for (int descriptor = 3; descriptor < (count > 0 && count < 1 << 20 ? count : 1 << 20); descriptor++) close(descriptor);
}

int focus_isolate(const struct focus_limits *limits, int output, int errors) {
    pid_t parent = getpid(), child = fork();
    if (child != 0) return child < 0 ? -errno : child;
    int nothing = open("/dev/null", O_RDONLY);
    if (dup2(nothing, 0) < 0 || dup2(output, 1) < 0 || dup2(errors, 2) < 0) _exit(120);
    close_others();
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) _exit(120);
    static const int signals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU, SIGXFSZ, SIGTRAP, SIGPIPE};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) signal(signals[i], SIG_DFL);
    rlim_t address, memory;
    measure(&address, &memory);
    limit(RLIMIT_CORE, 0, 0);
    limit(RLIMIT_FSIZE, 0, 0);
    limit(RLIMIT_NOFILE, limits->files, limits->files);
    limit(RLIMIT_CPU, limits->seconds, limits->seconds + 1);
    limit(RLIMIT_DATA, memory + limits->memory, memory + limits->memory);
    limit(RLIMIT_AS, address + limits->address, address + limits->address);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) _exit(120);
    refuse_calls();
    return 0;
}
