import { writeFileSync } from 'node:fs';
import { runCampaign } from './campaign.js';
import { documentUrl } from './document-url.js';
import { conformanceMarkdown } from './document.js';
import { countDrivers } from './drivers.js';

const counts = await countDrivers();
writeFileSync(documentUrl, conformanceMarkdown(await runCampaign({ fresh: true }), counts));
