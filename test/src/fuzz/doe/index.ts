export { runDoeCampaign, type DoeCampaign } from './campaign.js';
