export {
  CampaignError,
  runCampaign,
  type CampaignOptions,
  type CampaignSummary,
} from './campaign.js';
export { minimise } from './minimise.js';
