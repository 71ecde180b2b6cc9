/*
 * doe-exchange ADDRESS CAPABILITY VENDOR TYPE [PAYLOAD]
 *
 * Sends one data object through the DOE Capability at offset CAPABILITY of the function ADDRESS, 0000:01:00.0 for
 * example, and prints the payload of the response, in hexadecimal digits as PAYLOAD is. Registers are accessed through
 * the file `config` of sysfs, one word at a time, in the order of Linux drivers/pci/doe.c, pci_doe_send_req and
 * pci_doe_recv_resp. It polls more often than that, and fails at once if the capability is Busy; it never aborts.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CONTROL = 0x8, STATUS = 0xc, WRITE_MAILBOX = 0x10, READ_MAILBOX = 0x14 };

#define GO 0x80000000u
#define BUSY 0x00000001u
#define FAULT 0x00000004u
#define READY 0x80000000u

/* Words of an object whose length is said as 0. */
#define LONGEST 0x40000

/* A response comes within a second (PCI Express Base Specification 6.0, section 6.30.2). */
#define POLLS 1000
#define POLL_US 1000

static int config;
static long capability;

static void fail(const char *why)
{
	fprintf(stderr, "%s\n", why);
	exit(1);
}

static uint32_t read_word(int offset)
{
	uint32_t value;

	if (pread(config, &value, sizeof(value), capability + offset) != sizeof(value))
		fail("cannot read config space");
	return value;
}

static void write_word(int offset, uint32_t value)
{
	if (pwrite(config, &value, sizeof(value), capability + offset) != sizeof(value))
		fail("cannot write config space");
}

/* Before the last word is taken the response must still be there. */
static uint32_t next_word(int is_last)
{
	uint32_t value = read_word(READ_MAILBOX);

	if (is_last && !(read_word(STATUS) & READY))
		fail("the response ended early");
	write_word(READ_MAILBOX, 0);
	return value;
}

static uint32_t payload_word(const char *digits, size_t word)
{
	uint32_t value = 0;
	size_t left = strlen(digits);

	for (int byte = 0; byte < 4; byte++) {
		size_t at = word * 8 + byte * 2;
		unsigned int digit_pair;

		if (at < left && sscanf(digits + at, "%2x", &digit_pair) == 1)
			value |= digit_pair << (byte * 8);
	}
	return value;
}

static void wait_for_response(void)
{
	for (int poll = 0; poll < POLLS; poll++) {
		uint32_t status = read_word(STATUS);

		if (status & FAULT)
			fail("the Error bit is set");
		if (status & READY)
			return;
		usleep(POLL_US);
	}
	fail("no response");
}

int main(int count, char **words)
{
	char path[256];
	const char *payload;
	size_t length;
	uint32_t id, header, status;

	if (count < 5 || count > 6)
		fail("usage: doe-exchange ADDRESS CAPABILITY VENDOR TYPE [PAYLOAD]");
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/config", words[1]);
	config = open(path, O_RDWR);
	if (config < 0)
		fail("cannot open the config space");
	capability = strtol(words[2], NULL, 0);
	id = strtoul(words[3], NULL, 0) | strtoul(words[4], NULL, 0) << 16;
	payload = count == 6 ? words[5] : "";
	length = (strlen(payload) + 7) / 8;

	status = read_word(STATUS);
	if (status & (BUSY | FAULT))
		fail(status & BUSY ? "Busy" : "the Error bit was set");
	write_word(WRITE_MAILBOX, id);
	write_word(WRITE_MAILBOX, length + 2);
	for (size_t word = 0; word < length; word++)
		write_word(WRITE_MAILBOX, payload_word(payload, word));
	write_word(CONTROL, GO);
	wait_for_response();

	header = next_word(0);
	if (header != id)
		fail("the response is of another feature");
	length = next_word(0) & 0x3ffff;
	if (length == 0)
		length = LONGEST;
	if (length < 2)
		fail("the response has no length");
	for (size_t word = 2; word < length; word++) {
		uint32_t value = next_word(word == length - 1);

		for (int byte = 0; byte < 4; byte++)
			printf("%02x", (value >> (byte * 8)) & 0xff);
	}
	printf("\n");
	if (read_word(STATUS) & (READY | FAULT))
		fail("there is more behind the response");
	return 0;
}
