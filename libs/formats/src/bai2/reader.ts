import type { InputFault } from '@tickmark/contracts';
import { bai2Lines, type Line } from './lines.js';
import { type Detail, detailOf, isUnreadable, Logical, type Reading, summaryOf, type Trailer, trailerOf } from './records.js';

export interface Account {
  readonly line: number;
  readonly number: string;
  readonly currency: string;
  readonly details: readonly Detail[];
  readonly counted: Counted;
  readonly declared: Trailer;
}

export interface Group {
  readonly line: number;
  readonly originator: string;
  /** Who it is for in the end; often the same as the file's. */
  readonly receiver: string;
  readonly status: string;
  readonly asOfDate: string;
  readonly asOfTime: string;
  readonly currency: string;
  readonly modifier: string;
  readonly accounts: readonly Account[];
  readonly counted: Counted;
  readonly declared: Trailer;
}

export interface Bai2File {
  readonly line: number;
  readonly sender: string;
  readonly receiver: string;
  readonly date: string;
  readonly time: string;
  readonly id: string;
  readonly groups: readonly Group[];
  readonly counted: Counted;
  readonly declared: Trailer;
}

export interface Counted {
  /** Of an account all amounts, of a group or file what the parts in it declare. */
  readonly total: bigint;
  readonly parts: number;
  readonly records: number;
}

export type FilesReading =
  | { readonly outcome: 'files'; readonly files: readonly Bai2File[] }
  | { readonly outcome: 'malformed'; readonly fault: InputFault }
  | { readonly outcome: 'too-many' };

const CONTINUATION = '88';
/** Far more than any bank writes about one account or one detail. */
const LONGEST_RECORD = 65_536;

/** The files of a body; they are either whole, or refused with the line that stands in the wrong place. */
export function readBai2Files(bytes: Uint8Array, mostItems: number): FilesReading {
  const reader = new BodyReader();
  for (const record of logicalRecords(bytes)) {
    const fault = isUnreadable(record) ? record : reader.take(record);
    if (fault !== undefined) return { outcome: 'malformed', fault };
    if (reader.items > mostItems) return { outcome: 'too-many' };
  }
  const fault = reader.unfinished();
  return fault === undefined ? { outcome: 'files', files: reader.files } : { outcome: 'malformed', fault };
}

function* logicalRecords(bytes: Uint8Array): Generator<Reading<Logical>> {
  let lines: Line[] = [];
  let length = 0;
  for (const line of bai2Lines(bytes)) {
    if (line.code !== CONTINUATION && lines.length > 0) {
      yield new Logical(lines);
      lines = [];
      length = 0;
    }
    lines.push(line);
    length += line.rest.length + 1;
    if (length > LONGEST_RECORD) {
      yield { pointer: `/lines/${line.number}`, message: `is longer than ${LONGEST_RECORD} characters with what it continues: no record of BAI2` };
      return;
    }
  }
  if (lines.length > 0) yield new Logical(lines);
}

/** What is open while its records come. */
interface Open<Header, Part> {
  readonly header: Header;
  readonly parts: Part[];
  total: bigint;
  records: number;
}

type FileHeader = Omit<Bai2File, 'groups' | 'counted' | 'declared'>;
type GroupHeader = Omit<Group, 'accounts' | 'counted' | 'declared'>;
type AccountHeader = Omit<Account, 'details' | 'counted' | 'declared'>;

const opened = <Header, Part>(header: Header, { length }: Logical, total = 0n): Open<Header, Part> => ({ header, parts: [], total, records: length });
const countedOf = ({ total, parts, records }: Open<unknown, unknown>): Counted => ({ total, parts: parts.length, records });

class BodyReader {
  readonly files: Bai2File[] = [];
  items = 0;
  private file: Open<FileHeader, Group> | undefined;
  private group: Open<GroupHeader, Account> | undefined;
  private account: Open<AccountHeader, Detail> | undefined;
  private last = 1;

  take(record: Logical): InputFault | undefined {
    this.last = record.line;
    if (this.account !== undefined) return this.inAccount(record, this.account);
    if (this.group !== undefined) return this.inGroup(record, this.group);
    return this.file === undefined ? this.between(record) : this.inFile(record, this.file);
  }

  unfinished(): InputFault | undefined {
    if (this.file !== undefined) return { pointer: `/lines/${this.last}`, message: 'the file ends without its trailer (99); send it whole' };
    return this.files.length > 0 ? undefined : { pointer: `/lines/${this.last}`, message: 'holds no record; send a BAI2 file' };
  }

  private between(record: Logical): InputFault | undefined {
    if (record.code !== '01') return wrongPlace(record, 'has to be a file header (01): a file begins with it');
    const version = record.field(7);
    if (!/^(?:0?2)?$/.test(version)) return { pointer: record.pointer(7, 'version'), message: 'is not 2: only BAI2 is read here' };
    const [sender, receiver, date, time, id] = [0, 1, 2, 3, 4].map((at) => record.field(at)) as [string, string, string, string, string];
    this.items += 1;
    this.file = opened({ line: record.line, sender, receiver, date, time, id }, record);
    return undefined;
  }

  private inFile(record: Logical, file: Open<FileHeader, Group>): InputFault | undefined {
    if (record.code === '02') {
      this.items += 1;
      this.group = opened(groupHeader(record), record);
      return undefined;
    }
    if (record.code !== '99') return wrongPlace(record, 'has to be a group header (02) or the file trailer (99)');
    const declared = closing(file, record);
    if (isUnreadable(declared)) return declared;
    this.files.push({ ...file.header, groups: file.parts, counted: countedOf(file), declared });
    this.file = undefined;
    return undefined;
  }

  private inGroup(record: Logical, group: Open<GroupHeader, Account>): InputFault | undefined {
    if (record.code === '03') return this.openAccount(record, group);
    if (record.code !== '98') return wrongPlace(record, `has to be an account (03) or the group trailer (98): the group of line ${group.header.line} has no end yet`);
    const declared = closing(group, record);
    if (isUnreadable(declared)) return declared;
    const closed: Group = { ...group.header, accounts: group.parts, counted: countedOf(group), declared };
    addPart(this.file, closed);
    this.group = undefined;
    return undefined;
  }

  private openAccount(record: Logical, group: Open<GroupHeader, Account>): InputFault | undefined {
    const number = record.field(0);
    if (number === '') return { pointer: record.pointer(0, 'account'), message: 'is missing' };
    const written = record.field(1);
    const currency = (written === '' ? group.header.currency : written) || DEFAULT_CURRENCY;
    if (!/^[A-Z]{3}$/.test(currency)) return { pointer: record.pointer(1, 'currency'), message: 'is no currency such as USD' };
    const total = summaryOf(record);
    if (isUnreadable(total)) return total;
    this.items += 1;
    this.account = opened({ line: record.line, number, currency }, record, total);
    return undefined;
  }

  private inAccount(record: Logical, account: Open<AccountHeader, Detail>): InputFault | undefined {
    if (record.code === '16') {
      const detail = detailOf(record);
      if (isUnreadable(detail)) return detail;
      this.items += 1;
      account.parts.push(detail);
      account.total += detail.amount;
      account.records += record.length;
      return undefined;
    }
    if (record.code !== '49') return wrongPlace(record, `has to be a detail (16) or the account trailer (49): the account of line ${account.header.line} has no end yet`);
    const declared = closing(account, record);
    if (isUnreadable(declared)) return declared;
    const closed: Account = { ...account.header, details: account.parts, counted: countedOf(account), declared };
    addPart(this.group, closed);
    this.account = undefined;
    return undefined;
  }
}

function groupHeader(record: Logical): GroupHeader {
  const [receiver, originator, status, asOfDate, asOfTime, currency, modifier] = [0, 1, 2, 3, 4, 5, 6].map((at) => record.field(at)) as [string, string, string, string, string, string, string];
  return { line: record.line, originator, receiver, status, asOfDate, asOfTime, currency, modifier };
}

/** What the standard says where neither account nor group name a currency. */
const DEFAULT_CURRENCY = 'USD';

function closing(open: Open<unknown, unknown>, record: Logical): Reading<Trailer> {
  open.records += record.length;
  return trailerOf(record);
}

/** The standard adds up what the trailers of the parts say: one wrong account is told once, and not by its group again. */
function addPart<Part extends Group | Account>(into: Open<unknown, Part> | undefined, part: Part): void {
  if (into === undefined) return;
  into.parts.push(part);
  into.total += part.declared.total ?? part.counted.total;
  into.records += part.counted.records;
}

const wrongPlace = ({ line }: Logical, message: string): InputFault => ({ pointer: `/lines/${line}`, message });
