/*
 * mmio-write PATH OFFSET VALUE
 *
 * Writes VALUE, 32 bits, to the register at OFFSET of a PCI resource file
 * (/sys/bus/pci/devices/ADDRESS/resourceN), and reads the register, so that the write has arrived:
 *
 *   value 0x0000cafe
 *
 * The device must be enabled: echo 1 > /sys/bus/pci/devices/ADDRESS/enable
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    volatile uint32_t *reg;
    unsigned long offset;
    long page = sysconf(_SC_PAGESIZE);
    char *map;
    int fd;

    if (argc != 4) {
        fprintf(stderr, "usage: mmio-write PATH OFFSET VALUE\n");
        return 2;
    }
    offset = strtoul(argv[2], NULL, 0);
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
    *reg = strtoul(argv[3], NULL, 0);
    printf("value 0x%08x\n", *reg);
    return 0;
}
