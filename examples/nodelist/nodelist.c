#include "nodelist.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { longest_name = 255, most_digits = 9 };

/* Reads digits at *text; the width keeps leading zeros. */
static int read_number(const char **text, long *value, int *width)
{
    *value = 0;
    *width = 0;
    while (isdigit((unsigned char)**text) && *width < most_digits) {
        *value = *value * 10 + (**text - '0');
        ++*width;
        ++*text;
    }
    return *width > 0 && !isdigit((unsigned char)**text);
}

int nodelist_walk(const char *list, nodelist_visit *visit, void *context)
{
    const char *open = strchr(list, '[');
    if (open == NULL)
        return *list == '\0' || strchr(list, ']') != NULL ? -1 : visit(list, context);

    const char *text = open + 1;
    long first, last;
    int width, last_width;
    if (!read_number(&text, &first, &width) || *text++ != '-' || !read_number(&text, &last, &last_width))
        return -1;
    if (*text++ != ']' || strchr(text, '[') != NULL || first > last || open - list + strlen(text) + most_digits > longest_name)
        return -1;
    for (long number = first; number <= last; ++number) {
        char name[longest_name + 1];
        snprintf(name, sizeof name, "%.*s%0*ld%s", (int)(open - list), list, width, number, text);
        const int result = visit(name, context);
        if (result != 0)
            return result;
    }
    return 0;
}

static int count_one(const char *name, void *context)
{
    (void)name;
    ++*(long *)context;
    return 0;
}

long nodelist_count(const char *list)
{
    long count = 0;
    return nodelist_walk(list, count_one, &count) == 0 ? count : -1;
}
