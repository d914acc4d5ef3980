export type { ChannelSettings, OpenChannel, RegisteredChannel } from './channel.js';
export { networkFault } from './outbound/address-rules.js';
export { CHANNELS } from './registry.js';
