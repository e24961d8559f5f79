#ifndef KUBELOG_PROCESS_H
#define KUBELOG_PROCESS_H

#include <signal.h>
#include <sys/types.h>
#include <termios.h>

/* fork(), which Swift does not offer. Only for a process of one thread. */
pid_t kl_fork(void);

/* The two ends of a pipe, reading and writing, which no program that is started inherits; -1 with errno. */
int kl_pipe(int ends[2]);

/* A new pseudo-terminal: its master, on which nothing waits and which no program inherits, and the path of its other end;
   -1 with errno. */
int kl_open_terminal(char *path, size_t size);

/* The flag of posix_spawn for a session of its own. */
extern const short kl_own_session;

/* Blocks those of the signals that are not ignored, and gives a descriptor that they are read from; -1 with errno. What was
   blocked before is kept for kl_signals_before. */
int kl_signals(const int *signals, int count);

/* The mask of signals from before kl_signals. */
void kl_signals_before(sigset_t *mask);

/* Has the mask of signals from before kl_signals hold again. */
void kl_signals_restore(void);

/* The next signal that came, 0 where none did; sent is 1 where another process sent it, 0 where the terminal did. */
int kl_next_signal(int descriptor, int *sent);

/* Ignores a signal; 1 where it was ignored before. */
int kl_ignore(int signal_number);

/* Stops the job that this process belongs to, as Ctrl-Z does; comes back when it goes on. */
void kl_stop_job(void);

/* From now on a fault of this process gives the terminal back before the process ends; saved is 0 to end that. */
void kl_guard_terminal(int descriptor, const struct termios *saved);

#endif
