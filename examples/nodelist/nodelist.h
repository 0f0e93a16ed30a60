/* Host lists as cluster tools write them: gpu-[001-064]. One bracket, leading zeros kept. */
#ifndef NODELIST_H
#define NODELIST_H

#include <stddef.h>

/* Called once for each name, in order; a result other than 0 ends the walk. */
typedef int nodelist_visit(const char *name, void *context);

/* 0: every name was visited. -1: `list` is not a host list. Otherwise what `visit` returned. */
int nodelist_walk(const char *list, nodelist_visit *visit, void *context);

/* How many names there are; -1 when `list` is not a host list. */
long nodelist_count(const char *list);

#endif
