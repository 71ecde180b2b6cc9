export {
  runClientCampaign,
  type ClientCampaignOptions,
  type ClientCampaignSummary,
} from './client-campaign.js';
