/* Loaded before all libraries: notes in the file that SPY names which environment variables are asked for, and which
   connections. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

extern char **environ;

static char *look_up(const char *name) {
    size_t length = strlen(name);
    for (char **entry = environ; entry && *entry; entry++) {
        if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=') return *entry + length + 1;
    }
    return NULL;
}

static void note(const char *what, const char *name) {
    const char *path = look_up("SPY");
    int file = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (file < 0) return;
    dprintf(file, "%s %s\n", what, name);
    close(file);
}

char *getenv(const char *name) {
    note("variable", name);
    return look_up(name);
}

char *secure_getenv(const char *name) { return getenv(name); }

int socket(int domain, int type, int protocol) {
    (void)domain, (void)type, (void)protocol;
    note("connection", "socket");
    return -1;
}

int connect(int descriptor, const struct sockaddr *address, socklen_t length) {
    (void)descriptor, (void)address, (void)length;
    note("connection", "connect");
    return -1;
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **result) {
    (void)service, (void)hints, (void)result;
    note("connection", node ? node : "");
    return EAI_FAIL;
}
