/// How often memory was asked for by this thread since it began.
unsigned long allocations(void);
