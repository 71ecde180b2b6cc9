import * as cxlAdapterImage from '../linux/cxl/adapter-image.js';
import * as cxlAfuId from '../linux/cxl/afu-id.js';
import * as cxlApiVersion from '../linux/cxl/api-version.js';
import * as cxlEvent from '../linux/cxl/event.js';
import * as cxlIoctl from '../linux/cxl/ioctl.js';
import * as cxlStartWork from '../linux/cxl/start-work.js';
import * as cxlflashContext from '../linux/cxlflash/context.js';
import * as cxlflashHeader from '../linux/cxlflash/header.js';
import * as cxlflashHost from '../linux/cxlflash/host.js';
import * as cxlflashIoctl from '../linux/cxlflash/ioctl.js';
import * as cxlflashLun from '../linux/cxlflash/lun.js';
import * as cxlflashResource from '../linux/cxlflash/resource.js';
import * as scsiOpcode from '../linux/scsi/opcode.js';
import * as scsiStatus from '../linux/scsi/status.js';
import * as sisliteAfuCommand from '../linux/sislite/afu-command.js';
import * as sisliteAfuMap from '../linux/sislite/afu-map.js';
import * as sisliteAsyncStatus from '../linux/sislite/async-status.js';
import * as sisliteCtrlMap from '../linux/sislite/ctrl-map.js';
import * as sisliteGlobalRegs from '../linux/sislite/global-regs.js';
import * as sisliteHostMap from '../linux/sislite/host-map.js';
import * as sislitePortRegs from '../linux/sislite/port-regs.js';
import * as sisliteRequest from '../linux/sislite/request.js';
import * as sisliteResponse from '../linux/sislite/response.js';
import * as sisliteReturnCode from '../linux/sislite/return-code.js';
import * as sisliteTranslation from '../linux/sislite/translation.js';
import type { Part } from './part.js';

/** CAPI and the flash accelerators on top of it. */
export const ACCELERATOR_PARTS: readonly Part[] = [
  {
    title: 'CAPI accelerators (cxl)',
    source: '`include/uapi/misc/cxl.h`; `drivers/misc/cxl/cxl.h` for the versions',
    sections: [
      { title: 'Ioctl numbers', exports: cxlIoctl },
      { title: 'Versions', exports: cxlApiVersion },
      { title: 'Starting work', exports: cxlStartWork },
      { title: 'Which device', exports: cxlAfuId },
      { title: 'Images of cards', exports: cxlAdapterImage },
      { title: 'Events', exports: cxlEvent },
    ],
  },
  {
    title: 'Flash accelerators (cxlflash)',
    source: '`include/uapi/scsi/cxlflash_ioctl.h`',
    sections: [
      { title: 'Ioctl numbers', exports: cxlflashIoctl },
      { title: 'Header and return flags', exports: cxlflashHeader },
      { title: 'Contexts', exports: cxlflashContext },
      { title: 'Resources', exports: cxlflashResource },
      { title: 'LUNs', exports: cxlflashLun },
      { title: 'Adapters', exports: cxlflashHost },
    ],
  },
  {
    title: 'Flash accelerators: SISLite',
    source: '`drivers/scsi/cxlflash/sislite.h`, `main.h` and `vlun.h` beside it',
    sections: [
      { title: 'Requests', exports: sisliteRequest },
      { title: 'Commands for the AFU', exports: sisliteAfuCommand },
      { title: 'Responses', exports: sisliteResponse },
      { title: 'Why a request failed', exports: sisliteReturnCode },
      { title: 'Map of registers', exports: sisliteAfuMap },
      { title: "Registers of a context's user", exports: sisliteHostMap },
      { title: "Registers of a context's master", exports: sisliteCtrlMap },
      { title: 'Global registers', exports: sisliteGlobalRegs },
      { title: 'Asynchronous status', exports: sisliteAsyncStatus },
      { title: 'Registers of a port', exports: sislitePortRegs },
      { title: 'Translation tables', exports: sisliteTranslation },
    ],
  },
  {
    title: 'SCSI',
    source: '`include/scsi/scsi_proto.h`',
    sections: [
      { title: 'Commands', exports: scsiOpcode },
      { title: 'Status and sense keys', exports: scsiStatus },
    ],
  },
];
