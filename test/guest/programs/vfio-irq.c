/*
 * vfio-irq ADDRESS intx|msi|msix VECTOR OFFSET VALUE
 *
 * Opens the PCI function at ADDRESS (0000:01:00.0), which vfio-pci drives, through its IOMMU group;
 * lets VECTOR signal an eventfd; writes VALUE, 32 bits, to OFFSET of BAR 0; waits up to 5 seconds for
 * the eventfd and prints what it counted. Ends with 0 if there was an interrupt, with 3 if not:
 *
 *   vectors 4
 *   interrupts 1
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>

#define WAIT_MS 5000

static void fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

static int check(int result, const char *what)
{
    if (result < 0) {
        fail(what);
    }
    return result;
}

static int open_group(const char *address)
{
    char path[128], link[256];
    ssize_t length;

    snprintf(path, sizeof path, "/sys/bus/pci/devices/%s/iommu_group", address);
    length = check(readlink(path, link, sizeof link - 1), path);
    link[length] = 0;
    snprintf(path, sizeof path, "/dev/vfio/%s", strrchr(link, '/') + 1);
    return check(open(path, O_RDWR), path);
}

static int open_device(const char *address)
{
    int container = check(open("/dev/vfio/vfio", O_RDWR), "/dev/vfio/vfio");
    int group = open_group(address);

    check(ioctl(group, VFIO_GROUP_SET_CONTAINER, &container), "VFIO_GROUP_SET_CONTAINER");
    check(ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU), "VFIO_SET_IOMMU");
    return check(ioctl(group, VFIO_GROUP_GET_DEVICE_FD, address), "VFIO_GROUP_GET_DEVICE_FD");
}

static uint64_t region_offset(int device, uint32_t index)
{
    struct vfio_region_info info = { .argsz = sizeof info, .index = index };

    check(ioctl(device, VFIO_DEVICE_GET_REGION_INFO, &info), "VFIO_DEVICE_GET_REGION_INFO");
    return info.offset;
}

/* Memory and bus master: without the second one a device sends no MSI. */
static void enable(int device)
{
    uint64_t command = region_offset(device, VFIO_PCI_CONFIG_REGION_INDEX) + PCI_COMMAND;
    uint16_t value;

    check(pread(device, &value, sizeof value, command), "read of the command register");
    value |= PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;
    check(pwrite(device, &value, sizeof value, command), "write of the command register");
}

static void connect_irq(int device, uint32_t index, uint32_t vector, int event)
{
    struct {
        struct vfio_irq_set set;
        int32_t fd;
    } request = {
        .set = {
            .argsz = sizeof request,
            .flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
            .index = index,
            .start = vector,
            .count = 1,
        },
        .fd = event,
    };

    check(ioctl(device, VFIO_DEVICE_SET_IRQS, &request), "VFIO_DEVICE_SET_IRQS");
}

static uint32_t irq_index(const char *name)
{
    if (strcmp(name, "msix") == 0) {
        return VFIO_PCI_MSIX_IRQ_INDEX;
    }
    return strcmp(name, "msi") == 0 ? VFIO_PCI_MSI_IRQ_INDEX : VFIO_PCI_INTX_IRQ_INDEX;
}

int main(int argc, char **argv)
{
    struct vfio_irq_info irqs = { .argsz = sizeof irqs };
    struct pollfd waiting = { .events = POLLIN };
    uint64_t count = 0, offset;
    uint32_t value;
    int device;

    if (argc != 6) {
        fprintf(stderr, "usage: vfio-irq ADDRESS intx|msi|msix VECTOR OFFSET VALUE\n");
        return 2;
    }
    device = open_device(argv[1]);
    enable(device);
    irqs.index = irq_index(argv[2]);
    check(ioctl(device, VFIO_DEVICE_GET_IRQ_INFO, &irqs), "VFIO_DEVICE_GET_IRQ_INFO");
    printf("vectors %u\n", irqs.count);

    waiting.fd = check(eventfd(0, EFD_CLOEXEC), "eventfd");
    connect_irq(device, irqs.index, strtoul(argv[3], NULL, 0), waiting.fd);

    offset = region_offset(device, VFIO_PCI_BAR0_REGION_INDEX) + strtoul(argv[4], NULL, 0);
    value = strtoul(argv[5], NULL, 0);
    check(pwrite(device, &value, sizeof value, offset), "write to BAR 0");

    if (check(poll(&waiting, 1, WAIT_MS), "poll") > 0) {
        check(read(waiting.fd, &count, sizeof count), "read of the eventfd");
    }
    printf("interrupts %llu\n", (unsigned long long)count);
    return count > 0 ? 0 : 3;
}
