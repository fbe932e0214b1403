#ifndef ALLOWED_CALLS_H
#define ALLOWED_CALLS_H

/* Leaves this process, its threads and its children only the system calls that reading files takes. There must be one
   thread, and PR_SET_NO_NEW_PRIVS. Where the kernel has no seccomp, or does not allow it here, nothing happens: the
   limits have to do. */
void focus_allow_reading_only(void);

#endif
