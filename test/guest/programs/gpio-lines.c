/*
 * gpio-lines CHIP set FIRST COUNT VALUE    drives COUNT lines from FIRST on; bit n of VALUE is line FIRST + n
 * gpio-lines CHIP get FIRST COUNT          reads COUNT lines from FIRST on
 * gpio-lines CHIP wait FIRST COUNT TIMES   waits for an edge of each of the lines, up to 10 seconds; TIMES times
 *
 * What was read is printed: "value 0x0000a5a5". Waiting says "waiting" when it will miss no edge any more, and
 * then each time, bit by bit, which of the edges were rising ones.
 *
 * CHIP is a GPIO character device (/dev/gpiochipN); at most 32 lines at once.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <linux/gpio.h>

#define WAIT_MS 10000
#define EDGES \
    (GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_EDGE_RISING | GPIO_V2_LINE_FLAG_EDGE_FALLING)

static int check(int result, const char *what)
{
    if (result < 0) {
        fprintf(stderr, "%s: %s\n", what, strerror(errno));
        exit(1);
    }
    return result;
}

static int request_lines(int chip, unsigned first, unsigned count, uint64_t flags, uint64_t values)
{
    struct gpio_v2_line_request request = { .num_lines = count, .consumer = "gpio-lines" };
    unsigned i;

    for (i = 0; i < count; i++) {
        request.offsets[i] = first + i;
    }
    request.config.flags = flags;
    if (flags & GPIO_V2_LINE_FLAG_OUTPUT) {
        request.config.num_attrs = 1;
        request.config.attrs[0].attr.id = GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES;
        request.config.attrs[0].attr.values = values;
        request.config.attrs[0].mask = (1ull << count) - 1;
    }
    check(ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &request), "GPIO_V2_GET_LINE_IOCTL");
    return request.fd;
}

static void get(int lines, unsigned count)
{
    struct gpio_v2_line_values values = { .mask = (1ull << count) - 1 };

    check(ioctl(lines, GPIO_V2_LINE_GET_VALUES_IOCTL, &values), "GPIO_V2_LINE_GET_VALUES_IOCTL");
    printf("value 0x%08x\n", (unsigned)values.bits);
}

static void wait_for_edges(int lines, unsigned first, unsigned count)
{
    struct pollfd waiting = { .fd = lines, .events = POLLIN };
    struct gpio_v2_line_event event;
    uint32_t seen = 0, rising = 0;

    while (seen != (1ull << count) - 1) {
        if (check(poll(&waiting, 1, WAIT_MS), "poll") == 0) {
            fprintf(stderr, "no edge; seen 0x%08x\n", seen);
            exit(3);
        }
        check(read(lines, &event, sizeof event), "read of an event");
        seen |= 1u << (event.offset - first);
        if (event.id == GPIO_V2_LINE_EVENT_RISING_EDGE) {
            rising |= 1u << (event.offset - first);
        }
    }
    printf("value 0x%08x\n", rising);
}

static int usage(void)
{
    fprintf(stderr, "usage: gpio-lines CHIP set|get|wait FIRST COUNT [VALUE|TIMES]\n");
    return 2;
}

int main(int argc, char **argv)
{
    unsigned long first, count, last;
    int chip, lines;

    if (argc < 5) {
        return usage();
    }
    setvbuf(stdout, NULL, _IONBF, 0);
    chip = check(open(argv[1], O_RDWR), argv[1]);
    first = strtoul(argv[3], NULL, 0);
    count = strtoul(argv[4], NULL, 0);
    last = argc > 5 ? strtoul(argv[5], NULL, 0) : 0;
    if (strcmp(argv[2], "set") == 0) {
        request_lines(chip, first, count, GPIO_V2_LINE_FLAG_OUTPUT, last);
    } else if (strcmp(argv[2], "get") == 0) {
        get(request_lines(chip, first, count, GPIO_V2_LINE_FLAG_INPUT, 0), count);
    } else if (strcmp(argv[2], "wait") == 0) {
        lines = request_lines(chip, first, count, EDGES, 0);
        printf("waiting\n");
        for (; last > 0; last--) {
            wait_for_edges(lines, first, count);
        }
    } else {
        return usage();
    }
    return 0;
}
