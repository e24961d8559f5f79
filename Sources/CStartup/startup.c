#include "startup.h"

#include <stdlib.h>
#include <unistd.h>

/* Where there is no /proc (an empty chroot, an early boot), Swift's runtime aborts before main, since it looks for its own
   path there, and CommandLine.arguments is empty. The C library hands both to constructors, and these run before the
   runtime's. SWIFT_ROOT only says where to look for a debugging helper that a static executable does not have. */

static int argument_count;
static char **arguments;

__attribute__((constructor(101))) static void start(int argc, char **argv) {
  argument_count = argc;
  arguments = argv;
  if (access("/proc/self/exe", F_OK) != 0) setenv("SWIFT_ROOT", "/", 0);
}

int kl_argument_count(void) { return argument_count; }

const char *kl_argument(int index) { return index < argument_count ? arguments[index] : 0; }
