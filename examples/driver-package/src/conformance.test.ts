import { MdevHost, nodeImporter } from '@mdevkit/core';
import { describeDriverConformance } from '@mdevkit/testing/conformance';

describeDriverConformance('tickets', async (options) => {
  const host = new MdevHost({ ...options, importer: nodeImporter(import.meta.url) });
  await host.loadPackage('@mdevkit/example-driver-package');
  return host;
});
