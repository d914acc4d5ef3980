import type { Clock, Got } from '@tickmark/platform';
import { Recent } from './recent.js';

/** Vendors change their certificates once a year or so, and give a new one a new address. */
const KEEP_MS = 3_600_000;
const MOST_TEXTS = 32;
/** Whoever may not send here can make us ask an address of a vendor: seldom, and never many at once. */
const MOST_AT_ONCE = 4;

interface VendorAddressesOptions {
  readonly clock: Clock;
  /** Through the guard of outgoing connections, bounded in time and length. */
  get(url: string): Promise<Got>;
}

/** What formats want to have read at their vendors' addresses, such as certificates. */
export class VendorAddresses {
  private readonly texts: Recent<string>;
  private atOnce = 0;

  constructor(private readonly options: VendorAddressesOptions) {
    const load = async (url: string): Promise<string> => {
      const got = await this.get(url);
      if (got.outcome === 'answered' && got.status === 200) return got.body;
      throw new AddressNotRead(got.outcome === 'failed' ? got.reason : `status ${got.status}`);
    };
    this.texts = new Recent({ clock: options.clock, keepMs: KEEP_MS, most: MOST_TEXTS, load });
  }

  /** Undefined when it cannot be had now; that is not kept. */
  async read(url: string): Promise<string | undefined> {
    try {
      return await this.texts.get(url);
    } catch (error) {
      if (error instanceof AddressNotRead) return undefined;
      throw error;
    }
  }

  /** Whether the vendor took it. */
  async open(url: string): Promise<boolean> {
    const got = await this.get(url);
    return got.outcome === 'answered' && got.status >= 200 && got.status < 300;
  }

  private async get(url: string): Promise<Got> {
    if (this.atOnce >= MOST_AT_ONCE) return { outcome: 'failed', reason: 'too many at once' };
    this.atOnce += 1;
    try {
      return await this.options.get(url);
    } finally {
      this.atOnce -= 1;
    }
  }
}

class AddressNotRead extends Error {}
