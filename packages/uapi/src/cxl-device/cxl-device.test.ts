import { expect } from 'chai';
import { describe, it } from 'mocha';
import { isStruct } from '../codec/index.js';
import * as cxl from './index.js';

describe('CXL memory devices', () => {
  it('have payloads of these sizes (drivers/cxl/cxlmem.h; CXL 2.0, section 14.16.4)', () => {
    const sizes = Object.entries(cxl).flatMap(([name, value]) =>
      isStruct(value) ? [`${name} ${value.size.toString()}`] : [],
    );
    expect(sizes.sort()).to.deep.equal(
      [
        'CxlCelEntry 4',
        'CxlComplianceAlmp 4',
        'CxlComplianceBitError 1',
        'CxlComplianceBogusWrites 6',
        'CxlComplianceCacheFlush 1',
        'CxlComplianceCapabilities 20',
        'CxlComplianceFlowControl 1',
        'CxlComplianceInjectCrc 2',
        'CxlComplianceInjectPoison 1',
        'CxlComplianceInjectViral 1',
        'CxlComplianceMacDelay 3',
        'CxlComplianceMediaPoison 20',
        'CxlComplianceProducerConsumer 36',
        'CxlComplianceRequest 4',
        'CxlComplianceReservedResponse 8',
        'CxlComplianceResponse 4',
        'CxlComplianceStatus 10',
        'CxlComplianceUnexpectedMac 2',
        'CxlComplianceWriteStreaming 56',
        'CxlDeviceCapabilities 8',
        'CxlDeviceCapability 16',
        'CxlEventInterruptPolicy 4',
        'CxlGetEventPayload 32',
        'CxlGslEntry 20',
        'CxlMboxClearEventPayload 6',
        'CxlMboxClearPoison 72',
        'CxlMboxGetLog 24',
        'CxlMboxGetSupportedLogs 8',
        'CxlMboxIdentify 67',
        'CxlMboxInjectPoison 8',
        'CxlMboxPoisonIn 16',
        'CxlMboxPoisonOut 32',
        'CxlMboxTimestamp 8',
        'CxlPoisonRecord 16',
      ].sort(),
    );
  });

  it('put the unaligned fields where the kernel has them (drivers/cxl/cxlmem.h)', () => {
    const { fields } = cxl.CxlMboxIdentify;
    expect([
      fields.lsa_size.offset,
      fields.poison_list_max_mer.offset,
      fields.inject_poison_limit.offset,
      fields.poison_caps.offset,
    ]).to.deep.equal([56, 60, 63, 65]);
    expect(cxl.CxlMboxPoisonOut.fields.count.offset).to.equal(10);
    expect(cxl.CxlGetEventPayload.fields.record_count.offset).to.equal(20);
    expect(cxl.CxlComplianceStatus.fields.capability_bitfield.offset).to.equal(3);
  });

  it('number commands and return codes (drivers/cxl/cxlmem.h)', () => {
    expect([
      cxl.CXL_MBOX_OP_GET_SUPPORTED_LOGS,
      cxl.CXL_MBOX_OP_GET_LOG,
      cxl.CXL_MBOX_OP_IDENTIFY,
      cxl.CXL_MBOX_OP_GET_POISON,
      cxl.CXL_MBOX_OP_INJECT_POISON,
      cxl.CXL_MBOX_OP_CLEAR_POISON,
    ]).to.deep.equal([0x400, 0x401, 0x4000, 0x4300, 0x4301, 0x4302]);
    expect([
      cxl.CXL_MBOX_CMD_RC_PADDR,
      cxl.CXL_MBOX_CMD_RC_POISONLMT,
      cxl.CXL_MBOX_CMD_RC_PAYLOADLEN,
      cxl.CXL_MBOX_CMD_RC_LOG,
    ]).to.deep.equal([15, 16, 22, 23]);
  });
});
