#ifndef KUBELOG_CSTARTUP_H
#define KUBELOG_CSTARTUP_H

/* The words of the command line, the program's own first; from the C library, which needs no /proc for them. */
int kl_argument_count(void);
const char *kl_argument(int index);

#endif
