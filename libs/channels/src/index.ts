export type { ChannelSettings, OpenChannel, RegisteredChannel } from './channel.js';
export { email } from './email.channel.js';
export { CHANNELS } from './registry.js';
export { webhook } from './webhook.channel.js';
