import { BlockList, isIPv4, isIPv6 } from 'node:net';

const REFUSED_V4 = [
  '0.0.0.0/8', // "this network"; 0.0.0.0 reaches the machine itself
  '10.0.0.0/8',
  '100.64.0.0/10', // carrier-grade NAT, and some clouds' metadata
  '127.0.0.0/8',
  '169.254.0.0/16', // link-local, and most clouds' metadata
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
const REFUSED_V6 = [
  '::/128',
  '::1/128',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23', // Teredo and other special uses
  '2001:db8::/32',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];
const LOOPBACK = ['127.0.0.0/8', '::1/128'];

/** Prefixes (96 or 16 bits) of IPv6 addresses that carry an IPv4 address, and where in the groups it stands. */
const EMBEDDINGS: readonly { readonly within: string; readonly group: number }[] = [
  { within: '::ffff:0:0/96', group: 6 },
  { within: '::ffff:0:0:0/96', group: 6 },
  { within: '64:ff9b::/96', group: 6 },
  { within: '::/96', group: 6 },
  { within: '2002::/16', group: 1 },
];

export interface AddressRules {
  /** Loopback is allowed outside production: the first receiver is often on the same machine. */
  readonly production: boolean;
  readonly allowedNetworks: readonly string[];
}

/** Whether a connection to this address may be opened. What is not an IP address may not. */
export function addressPolicy({ production, allowedNetworks }: AddressRules): (address: string) => boolean {
  const allowed = listOf([...allowedNetworks, ...(production ? [] : LOOPBACK)]);
  const refused = listOf([...REFUSED_V4, ...REFUSED_V6]);
  const embeddings = EMBEDDINGS.map(({ within, group }) => ({ list: listOf([within]), group }));

  const mayConnect = (address: string): boolean => {
    if (isIPv4(address)) return allowed.check(address, 'ipv4') || !refused.check(address, 'ipv4');
    if (!isIPv6(address)) return false;
    const plain = address.split('%')[0] ?? address;
    if (allowed.check(plain, 'ipv6')) return true;
    if (refused.check(plain, 'ipv6')) return false;
    const embedding = embeddings.find(({ list }) => list.check(plain, 'ipv6'));
    return embedding === undefined || mayConnect(embeddedV4(plain, embedding.group));
  };
  return mayConnect;
}

/** Undefined when the text is a network such as `10.0.0.0/8` or one address. */
export function networkFault(text: string): string | undefined {
  return parseNetwork(text) === undefined ? 'must be an address or a network such as 10.0.0.0/8' : undefined;
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of networks) {
    const network = parseNetwork(text);
    if (network === undefined) throw new Error(`${text} is not a network`);
    list.addSubnet(network.address, network.bits, network.family);
  }
  return list;
}

function parseNetwork(text: string): { address: string; bits: number; family: 'ipv4' | 'ipv6' } | undefined {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined;
  if (family === undefined || rest.length > 0) return undefined;
  const most = family === 'ipv4' ? 32 : 128;
  if (bits === undefined) return { address, bits: most, family };
  return /^\d{1,3}$/.test(bits) && Number(bits) <= most ? { address, bits: Number(bits), family } : undefined;
}

function embeddedV4(address: string, group: number): string {
  const groups = groupsOf(address);
  const [high = 0, low = 0] = groups.slice(group, group + 2);
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}

/** The eight groups of an IPv6 address, written in any form. */
function groupsOf(address: string): readonly number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const text = dotted === null ? address : `${dotted[1] ?? ''}${pair(dotted[2], dotted[3])}:${pair(dotted[4], dotted[5])}`;
  const [head = '', tail] = text.split('::');
  const before = parseGroups(head);
  const after = tail === undefined ? [] : parseGroups(tail);
  return [...before, ...new Array<number>(Math.max(0, 8 - before.length - after.length)).fill(0), ...after];
}

const pair = (left = '0', right = '0'): string => (Number(left) * 256 + Number(right)).toString(16);
const parseGroups = (text: string): readonly number[] => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
