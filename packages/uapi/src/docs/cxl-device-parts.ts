import * as cdatMemory from '../cdat/memory.js';
import * as cdatPerformance from '../cdat/performance.js';
import * as cdatTableAccess from '../cdat/table-access.js';
import * as cdatTable from '../cdat/table.js';
import * as cxlCommands from '../cxl-device/commands.js';
import * as cxlComplianceRequests from '../cxl-device/compliance-requests.js';
import * as cxlCompliance from '../cxl-device/compliance.js';
import * as cxlComponentRegisters from '../cxl-device/component-registers.js';
import * as cxlDeviceRegisters from '../cxl-device/device-registers.js';
import * as cxlDvsec from '../cxl-device/dvsec.js';
import * as cxlEvents from '../cxl-device/events.js';
import * as cxlPoison from '../cxl-device/poison.js';
import * as cxlReturnCode from '../cxl-device/return-code.js';
import type { Part } from './part.js';

/** Memory devices of Compute Express Link. */
export const CXL_DEVICE_PARTS: readonly Part[] = [
  {
    title: 'Coherent Device Attribute Table (CDAT)',
    source: '`include/acpi/actbl1.h`; `drivers/cxl/core/pci.c` for the data object',
    sections: [
      { title: 'Table', exports: cdatTable },
      { title: 'Ranges of memory', exports: cdatMemory },
      { title: 'Latency and bandwidth', exports: cdatPerformance },
      { title: 'Reading the table by data objects', exports: cdatTableAccess },
    ],
  },
  {
    title: 'CXL memory devices',
    source: '`drivers/cxl/cxl.h`, `cxlpci.h` and `cxlmem.h` beside it',
    sections: [
      { title: 'Config space', exports: cxlDvsec },
      { title: 'Component registers', exports: cxlComponentRegisters },
      { title: 'Device registers', exports: cxlDeviceRegisters },
      { title: 'How commands end', exports: cxlReturnCode },
      { title: 'Commands', exports: cxlCommands },
      { title: 'Events', exports: cxlEvents },
      { title: 'Poison', exports: cxlPoison },
    ],
  },
  {
    title: 'CXL compliance mode',
    source: 'Compute Express Link Specification 2.0 and 3.1, section 14.16.4',
    sections: [
      { title: 'Codes and responses', exports: cxlCompliance },
      { title: 'Arguments of requests', exports: cxlComplianceRequests },
    ],
  },
];
