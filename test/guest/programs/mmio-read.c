/*
 * mmio-read PATH OFFSET COUNT
 *
 * Reads the 32-bit register at OFFSET of a PCI resource file
 * (/sys/bus/pci/devices/ADDRESS/resourceN) COUNT times. Prints the last value and the time of one read:
 *
 *   value 0x010000ed
 *   nanoseconds 1234.5
 *
 * The device must be enabled: echo 1 > /sys/bus/pci/devices/ADDRESS/enable
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e9 + time.tv_nsec;
}

int main(int argc, char **argv)
{
    volatile uint32_t *reg;
    uint32_t value = 0;
    unsigned long offset, count, i;
    long page = sysconf(_SC_PAGESIZE);
    double start, end;
    char *map;
    int fd;

    if (argc != 4) {
        fprintf(stderr, "usage: mmio-read PATH OFFSET COUNT\n");
        return 2;
    }
    offset = strtoul(argv[2], NULL, 0);
    count = strtoul(argv[3], NULL, 0);
    fd = open(argv[1], O_RDWR | O_SYNC);
    if (fd < 0) {
        perror(argv[1]);
        return 1;
    }
    map = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset & -page);
    if (map == MAP_FAILED) {
        perror("mmap");
        return 1;
    }
    reg = (volatile uint32_t *)(map + (offset & (page - 1)));
    start = now();
    for (i = 0; i < count; i++) {
        value = *reg;
    }
    end = now();
    printf("value 0x%08x\nnanoseconds %.1f\n", value, count ? (end - start) / count : 0.0);
    return 0;
}
