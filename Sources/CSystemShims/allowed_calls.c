/* The system calls that a process may make which reads files that nobody vouches for: an allow-list, as in other
   sandboxes.

   What is not on it fails as if the user were not permitted (EPERM). What a C library tries first and can do without
   fails as if the kernel did not know it (ENOSYS), and so does what is newer than this list. What no reader has any use
   for ends the process. */
#include "allowed_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#if defined(__x86_64__)
#define FOCUS_AUDIT_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define FOCUS_AUDIT_ARCH AUDIT_ARCH_AARCH64
#endif

#ifdef FOCUS_AUDIT_ARCH

/* Numbers that older headers lack; they are the same on all processors. */
enum {
    call_io_uring_setup = 425, call_io_uring_enter = 426, call_io_uring_register = 427, call_clone3 = 435,
    call_close_range = 436, call_openat2 = 437, call_pidfd_getfd = 438, call_faccessat2 = 439,
    call_epoll_pwait2 = 441, call_futex_waitv = 449,
    /* Whatever has a higher number than this came later than the list. */
    last_known_call = 462,
};

/* Calls with any arguments. Those that happen most often come first. */
static const unsigned allowed[] = {
    __NR_futex, __NR_read, __NR_pread64, __NR_madvise, __NR_mmap, __NR_munmap, __NR_mprotect, __NR_write,
    /* Files that are open, and what there is to know about others. Only the two pipes are open for writing. */
    __NR_close, __NR_fstat, __NR_newfstatat, __NR_statx, __NR_lseek, __NR_readv, __NR_preadv, __NR_preadv2, __NR_writev,
    __NR_getdents64, __NR_readlinkat, __NR_faccessat, call_faccessat2, __NR_getcwd, __NR_statfs, __NR_fstatfs,
    __NR_fadvise64, __NR_readahead, __NR_flock, __NR_dup, __NR_dup3, call_close_range,
    /* Memory. */
    __NR_brk, __NR_mremap, __NR_mincore, __NR_membarrier,
    /* Threads, and waiting for them: Dispatch waits with epoll, for descriptors that count and for clocks. */
    __NR_exit, __NR_exit_group, __NR_set_robust_list, __NR_get_robust_list, __NR_set_tid_address, __NR_rseq,
    __NR_sched_yield, __NR_sched_getaffinity, __NR_sched_getparam, __NR_sched_getscheduler, __NR_sched_get_priority_max,
    __NR_sched_get_priority_min, __NR_getcpu, call_futex_waitv, __NR_eventfd2, __NR_epoll_create1, __NR_epoll_ctl,
    __NR_epoll_pwait, call_epoll_pwait2, __NR_timerfd_create, __NR_timerfd_settime, __NR_timerfd_gettime,
    __NR_signalfd4, __NR_ppoll, __NR_pselect6, __NR_pipe2,
    /* The process of its own in which libhdf5 is tried. */
    __NR_wait4, __NR_waitid, __NR_setrlimit, __NR_getrlimit,
    /* Signals of its own. */
    __NR_rt_sigaction, __NR_rt_sigprocmask, __NR_rt_sigreturn, __NR_rt_sigtimedwait, __NR_rt_sigsuspend,
    __NR_sigaltstack, __NR_restart_syscall, __NR_setitimer, __NR_getitimer,
    /* Who and when it is. */
    __NR_getpid, __NR_gettid, __NR_getppid, __NR_getuid, __NR_geteuid, __NR_getgid, __NR_getegid, __NR_getpgid,
    __NR_getsid, __NR_uname, __NR_sysinfo, __NR_times, __NR_getrusage, __NR_clock_gettime, __NR_clock_getres,
    __NR_clock_nanosleep, __NR_nanosleep, __NR_gettimeofday, __NR_getrandom,
#ifdef __NR_open
    /* The older spelling of some of these, which only x86-64 has. */
    __NR_stat, __NR_lstat, __NR_access, __NR_readlink, __NR_getdents, __NR_dup2, __NR_pipe, __NR_poll, __NR_select,
    __NR_epoll_create, __NR_epoll_wait, __NR_eventfd, __NR_signalfd, __NR_fork, __NR_alarm, __NR_pause, __NR_time,
    __NR_getpgrp, __NR_arch_prctl,
#endif
};

/* What a library tries, and does without where the kernel does not know it. Flags of clone3 and openat2 are out of a
   filter's sight. */
static const unsigned unknown[] = {
    call_clone3, call_openat2, __NR_memfd_create, call_io_uring_setup, __NR_set_mempolicy, __NR_mbind,
};

/* What only an attack has use for: other processes, the kernel, ways around this list. */
static const unsigned deadly[] = {
    __NR_ptrace, __NR_process_vm_readv, __NR_process_vm_writev, __NR_kcmp, call_pidfd_getfd, __NR_bpf,
    __NR_perf_event_open, __NR_userfaultfd, __NR_setns, __NR_unshare, __NR_mount, __NR_umount2, __NR_pivot_root,
    __NR_chroot, __NR_keyctl, __NR_add_key, __NR_request_key, __NR_init_module, __NR_finit_module, __NR_delete_module,
    __NR_kexec_load, __NR_reboot, __NR_swapon, __NR_open_by_handle_at, call_io_uring_enter, call_io_uring_register,
#ifdef __NR_modify_ldt
    __NR_modify_ldt, __NR_iopl, __NR_ioperm,
#endif
};

struct program {
    struct sock_filter code[600];
    unsigned short count;
};

static void add(struct program *program, unsigned code, unsigned value, unsigned char if_true, unsigned char if_false) {
    program->code[program->count++] = (struct sock_filter)BPF_JUMP((unsigned short)code, value, if_true, if_false);
}

static void answer(struct program *program, unsigned action) { add(program, BPF_RET | BPF_K, action, 0, 0); }

enum { refuse = SECCOMP_RET_ERRNO | EPERM, say_unknown = SECCOMP_RET_ERRNO | ENOSYS };

/* Answers the calls of `numbers` with `action`. */
static void answer_all(struct program *program, const unsigned *numbers, size_t count, unsigned action) {
    for (size_t i = 0; i < count; i++) {
        add(program, BPF_JMP | BPF_JEQ | BPF_K, numbers[i], 0, 1);
        answer(program, action);
    }
}

/* Loads the lower half of an argument, which is all of those that are looked at here. */
static void load_argument(struct program *program, unsigned argument) {
    add(program, BPF_LD | BPF_W | BPF_ABS, (unsigned)offsetof(struct seccomp_data, args) + 8 * argument, 0, 0);
}

/* Allows the call `number` where an argument is one of `values`, and refuses it where it is not. */
static void allow_values(
    struct program *program, unsigned number, unsigned argument, const unsigned *values, size_t count) {
    add(program, BPF_JMP | BPF_JEQ | BPF_K, number, 0, (unsigned char)(2 + 2 * count));
    load_argument(program, argument);
    answer_all(program, values, count, SECCOMP_RET_ALLOW);
    answer(program, refuse);
}

/* Allows the call `number` where an argument has none of `bits`, and refuses it where it has. */
static void allow_without(struct program *program, unsigned number, unsigned argument, unsigned bits) {
    add(program, BPF_JMP | BPF_JEQ | BPF_K, number, 0, 4);
    load_argument(program, argument);
    add(program, BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1);
    answer(program, refuse);
    answer(program, SECCOMP_RET_ALLOW);
}

#define COUNT(list) (sizeof(list) / sizeof *(list))

static void allow_by_arguments(struct program *program) {
    /* Files are opened for reading only, and none is made. */
    const unsigned writing = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC;
    allow_without(program, __NR_openat, 2, writing);
#ifdef __NR_open
    allow_without(program, __NR_open, 1, writing);
#endif
    /* Threads and copies of itself: no name spaces of their own (CLONE_NEWNS and so on), and none that ends with a
       signal to this process's parent. */
    const unsigned apart = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID;
    allow_without(program, __NR_clone, 0, apart | CLONE_NEWNET | CLONE_PARENT | CLONE_PTRACE);
    /* Not F_SETOWN, which has the kernel send signals to others. */
    static const unsigned controls[] = {
        F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETLK, F_SETLK, F_SETLKW,
    };
    allow_values(program, __NR_fcntl, 1, controls, COUNT(controls));
    /* What is asked of a terminal, and how much a pipe holds. */
    static const unsigned questions[] = {TCGETS, TIOCGWINSZ, FIONREAD};
    allow_values(program, __NR_ioctl, 1, questions, COUNT(questions));
    /* Limits, names and signals of this process itself. */
    static const unsigned self[] = {0};
    allow_values(program, __NR_prlimit64, 0, self, COUNT(self));
    static const unsigned settings[] = {
        PR_SET_NAME, PR_GET_NAME, PR_SET_PDEATHSIG, PR_GET_DUMPABLE, 0x53564d41 /* PR_SET_VMA */,
    };
    allow_values(program, __NR_prctl, 0, settings, COUNT(settings));
    const unsigned own[] = {(unsigned)getpid()};
    allow_values(program, __NR_tgkill, 0, own, COUNT(own));
}

void focus_allow_reading_only(void) {
    struct program program = {.count = 0};
    /* Calls by another table of numbers: nothing here was built for one. */
    add(&program, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch), 0, 0);
    add(&program, BPF_JMP | BPF_JEQ | BPF_K, FOCUS_AUDIT_ARCH, 1, 0);
    answer(&program, SECCOMP_RET_KILL_PROCESS);
    add(&program, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
    add(&program, BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);
    answer(&program, SECCOMP_RET_KILL_PROCESS);
    answer_all(&program, allowed, COUNT(allowed), SECCOMP_RET_ALLOW);
    allow_by_arguments(&program);
    answer_all(&program, unknown, COUNT(unknown), say_unknown);
    answer_all(&program, deadly, COUNT(deadly), SECCOMP_RET_KILL_PROCESS);
    add(&program, BPF_JMP | BPF_JGT | BPF_K, last_known_call, 0, 1);
    answer(&program, say_unknown);
    answer(&program, refuse);
    struct sock_fprog filter = {program.count, program.code};
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

#else
void focus_allow_reading_only(void) {}
#endif
