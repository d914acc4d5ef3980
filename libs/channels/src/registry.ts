import { register } from './channel.js';
import { email } from './email.channel.js';
import { webhook } from './webhook.channel.js';

/** Every channel, one line each. */
export const CHANNELS = [register(email), register(webhook)] as const;
