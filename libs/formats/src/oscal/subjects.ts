import { z } from 'zod';
import { isObject } from '../reading/records.js';
import { itemsIn, type Props, propOf, props, type Subject, text } from './parts.js';

const componentBody = z.object({ uuid: z.string(), title: text });
const inventoryBody = z.object({ uuid: z.string(), props });
const NAMES = ['target', 'fqdn', 'hostname', 'resource-id', 'asset-id', 'ipv4-address', 'uri'];

/** What subjects are called, by kind and uuid: some tools give one uuid to things of several kinds. */
export class SubjectNames {
  private readonly names = new Map<string, string>();

  constructor(definitions: readonly unknown[]) {
    for (const one of definitions) {
      if (!isObject(one)) continue;
      for (const { value } of itemsIn(componentBody, one.components, '').read) this.add('component', value.uuid, value.title);
      for (const { value } of itemsIn(inventoryBody, one['inventory-items'], '').read) this.add('inventory-item', value.uuid, nameIn(value.props));
    }
  }

  /** A name that the document gives, else the uuid, which names it elsewhere. */
  of({ type, title, props: own, 'subject-uuid': uuid }: Subject): string | undefined {
    return [nameIn(own), this.names.get(keyOf(type ?? '', uuid ?? '')), title, uuid].find((name) => typeof name === 'string' && name !== '') ?? undefined;
  }

  private add(kind: string, uuid: string, name: string | null | undefined): void {
    if (typeof name === 'string' && name !== '') this.names.set(keyOf(kind, uuid), name);
  }
}

const keyOf = (kind: string, uuid: string): string => JSON.stringify([kind, uuid]);
const nameIn = (given: Props): string | undefined => propOf(given, ...NAMES);
