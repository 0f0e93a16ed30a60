int elsewhere(void);
int here(void) { return elsewhere(); }
