#define _GNU_SOURCE
#include "process.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

pid_t kl_fork(void) { return fork(); }

int kl_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int kl_open_terminal(char *path, size_t size) {
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (master < 0) return -1;
  if (grantpt(master) == 0 && unlockpt(master) == 0 && ptsname_r(master, path, size) == 0) return master;
  close(master);
  return -1;
}

const short kl_own_session = POSIX_SPAWN_SETSID;

static sigset_t before;

int kl_signals(const int *signals, int count) {
  sigset_t taken;
  sigemptyset(&taken);
  for (int index = 0; index < count; index++) {
    struct sigaction action;
    if (sigaction(signals[index], 0, &action) != 0) return -1;
    /* Where nobody takes notice of the ends of children there would be no status to wait for. */
    if (signals[index] == SIGCHLD && action.sa_handler == SIG_IGN) signal(SIGCHLD, SIG_DFL);
    else if (action.sa_handler == SIG_IGN) continue;
    sigaddset(&taken, signals[index]);
  }
  if (sigprocmask(SIG_BLOCK, &taken, &before) != 0) return -1;
  return signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK);
}

void kl_signals_before(sigset_t *mask) { *mask = before; }

void kl_signals_restore(void) { sigprocmask(SIG_SETMASK, &before, 0); }

int kl_next_signal(int descriptor, int *sent) {
  struct signalfd_siginfo info;
  if (read(descriptor, &info, sizeof info) != sizeof info) return 0;
  *sent = info.ssi_code <= 0;
  return (int)info.ssi_signo;
}

int kl_ignore(int signal_number) { return signal(signal_number, SIG_IGN) == SIG_IGN; }

void kl_stop_job(void) {
  sigset_t stop, held;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTSTP);
  sigprocmask(SIG_UNBLOCK, &stop, &held);
  kill(0, SIGTSTP);
  sigprocmask(SIG_SETMASK, &held, 0);
}

static int guarded = -1;
static struct termios settings;
static const int faults[] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV};

static void give_back(int signal_number) {
  if (guarded >= 0) tcsetattr(guarded, TCSANOW, &settings);
  signal(signal_number, SIG_DFL);
  raise(signal_number);
}

void kl_guard_terminal(int descriptor, const struct termios *saved) {
  if (!saved) {
    guarded = -1;
    return;
  }
  settings = *saved;
  guarded = descriptor;
  for (unsigned index = 0; index < sizeof faults / sizeof *faults; index++) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = give_back;
    action.sa_flags = SA_RESETHAND | SA_NODEFER;
    sigaction(faults[index], &action, 0);
  }
}
