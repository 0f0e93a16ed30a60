/* nodectl: what operators type. It names nodes and says which of them are drained. */
#include <nodelist.h>
#include <stdio.h>
#include <string.h>

static int print_name(const char *name, void *context)
{
    (void)context;
    return puts(name) == EOF;
}

/* Prints the names that stand on a line of their own in the state file. */
static int print_if_drained(const char *name, void *context)
{
    FILE *state = context;
    char line[512];
    rewind(state);
    while (fgets(line, sizeof line, state) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (strcmp(line, name) == 0)
            return puts(name) == EOF;
    }
    return 0;
}

static int not_a_list(const char *list)
{
    fprintf(stderr, "nodectl: '%s' is not a host list such as gpu-[001-064]\n", list);
    return 2;
}

static int drained(const char *list, const char *path)
{
    FILE *state = fopen(path, "r");
    if (state == NULL) {
        perror(path);
        return 1;
    }
    const int result = nodelist_walk(list, print_if_drained, state);
    fclose(state);
    return result < 0 ? not_a_list(list) : result;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        return puts("nodectl " VERSION) == EOF;
    if (argc == 3 && strcmp(argv[1], "names") == 0) {
        const int result = nodelist_walk(argv[2], print_name, NULL);
        return result < 0 ? not_a_list(argv[2]) : result;
    }
    if (argc == 3 && strcmp(argv[1], "count") == 0) {
        const long count = nodelist_count(argv[2]);
        return count < 0 ? not_a_list(argv[2]) : printf("%ld\n", count) < 0;
    }
    if (argc == 4 && strcmp(argv[1], "drained") == 0)
        return drained(argv[2], argv[3]);
    fputs("usage: nodectl names LIST | count LIST | drained LIST STATE-FILE | --version\n", stderr);
    return 2;
}
