import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { adyen } from './adyen.format.js';
import { ADYEN_SIGNATURE } from './adyen/signature.js';
import type { Headers, Verification } from './format.js';
import { sampleFiles, send, sendSample, shown, type Shown } from './samples.testkit.js';

const test = (code: string): object[] => [{ index: 0, ignored: `${code} of a test system: nothing happened` }];
const FRACTION = 'is no whole number of minor units with a currency';

const EXPECTED: Record<string, object[]> = {
  'balanceplatform-report-created.json': test('balancePlatform.report.created'),
  'capture-false.json': test('CAPTURE'),
  'capture-true.json': test('CAPTURE'),
  'refund-true.json': test('REFUND'),
  'transfer-created.json': test('balancePlatform.transfer.created'),
  // One item without its envelope, as a test of the signature holds it.
  'hmac-validation-webhook.json': [
    { index: 0, rejected: '/NotificationRequestItem', message: 'expected a notification in notificationItems, or a webhook of the Balance Platform' },
  ],
  'chargeback.json': [
    {
      index: 0,
      id: '9915555555555555@CHARGEBACK@true',
      source: 'adyen/TestMerchant',
      type: 'item.rejected',
      subject: '9913333333333333',
      time: '2018-03-23T12:55:31.000Z',
      data: { item: '9913333333333333', kind: 'payment', reason: 'CHARGEBACK: Other Fraud-Card Absent Environment', amountMinor: 1000, currency: 'EUR' },
    },
  ],
  'broken.success.json': [
    { index: 0, rejected: '/NotificationRequestItem/success', message: expect.any(String) },
    {
      index: 1,
      id: 'P2@CAPTURE_FAILED@true',
      source: 'adyen/M',
      type: 'item.rejected',
      subject: 'P0',
      time: '2026-01-31T12:00:00.000Z',
      data: { item: 'P0', kind: 'payment', reason: 'CAPTURE_FAILED: late', amountMinor: 1, currency: 'EUR' },
    },
    { index: 2, rejected: '/NotificationRequestItem/amount', message: FRACTION },
  ],
};

describe('the samples of Adyen', () => {
  it('are all written out', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(sampleFiles('adyen'));
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here', (file) => {
    expect(shown(sendSample(adyen, file))).toEqual(EXPECTED[file]);
  });
});

describe('a notification of Adyen', () => {
  const item = { pspReference: 'P1', originalReference: 'P0', eventCode: 'CAPTURE', eventDate: '2026-01-31T13:00:00+01:00', merchantAccountCode: 'M', success: 'true', reason: '', amount: { value: 500, currency: 'EUR' } };
  const one = (change: object, live: unknown = 'true'): Shown | undefined =>
    shown(send(adyen, JSON.stringify({ live, notificationItems: [{ NotificationRequestItem: { ...item, ...change } }] })))[0];

  it('that a capture succeeded settles the payment that it is about', () => {
    expect(one({})).toEqual({
      index: 0,
      id: 'P1@CAPTURE@true',
      source: 'adyen/M',
      type: 'payment.settled',
      subject: 'P0',
      time: '2026-01-31T12:00:00.000Z',
      data: { payment: 'P0', booking: 'P1', amountMinor: 500, currency: 'EUR' },
    });
  });

  it('that it did not succeed is a failure: "false" is text', () => {
    expect(one({ success: 'false', reason: 'Insufficient balance' })).toMatchObject({ id: 'P1@CAPTURE@false', type: 'item.rejected', data: { item: 'P0', reason: 'CAPTURE: Insufficient balance' } });
    expect(one({ success: false })).toMatchObject({ rejected: '/NotificationRequestItem/success' });
  });

  it.each(['CAPTURE_FAILED', 'PAIDOUT_REVERSED', 'CHARGEBACK', 'SECOND_CHARGEBACK'])('%s takes back what was done, about the payment', (eventCode) => {
    expect(one({ eventCode })).toMatchObject({ type: 'item.rejected', subject: 'P0', data: { reason: eventCode } });
  });

  it('about a refund is about the refund, whether it was done or undone', () => {
    expect(one({ eventCode: 'REFUND' })).toMatchObject({ type: 'payment.settled', subject: 'P1' });
    expect(one({ eventCode: 'REFUND_FAILED' })).toMatchObject({ type: 'item.rejected', subject: 'P1' });
  });

  it.each(['AUTHORISATION', 'CANCELLATION', 'REPORT_AVAILABLE', 'CHARGEBACK_REVERSED', 'constructor'])('%s moves no money', (eventCode) => {
    expect(one({ eventCode })).toMatchObject({ ignored: `${eventCode} true: no money has moved` });
  });

  it('says in its envelope whether it is live, or it is refused', () => {
    expect(one({}, 'false')).toMatchObject({ ignored: 'CAPTURE of a test system: nothing happened' });
    expect(one({}, null)).toMatchObject({ rejected: '' });
    expect(one({}, true)).toMatchObject({ rejected: '' });
  });

  it('without a time or an amount that can be kept is refused', () => {
    expect(one({ eventDate: '2026-01-31' })).toMatchObject({ rejected: '/NotificationRequestItem/eventDate' });
    expect(one({ amount: null })).toMatchObject({ rejected: '/NotificationRequestItem/amount', message: FRACTION });
  });
});

describe('a transfer of the Balance Platform', () => {
  const one = (data: object, change: object = {}): Shown | undefined =>
    shown(
      send(
        adyen,
        JSON.stringify({
          type: 'balancePlatform.transfer.updated',
          environment: 'live',
          timestamp: '2026-01-31T13:00:00+01:00',
          data: { id: 'T1', balancePlatform: 'BP', sequenceNumber: 3, status: 'booked', amount: { value: 500, currency: 'EUR' }, ...data },
          ...change,
        }),
      ),
    )[0];

  it('that is booked is settled, in the order of its numbers', () => {
    expect(one({})).toMatchObject({ id: 'T1@balancePlatform.transfer.updated@3', sequence: '3', type: 'payment.settled', subject: 'T1', data: { amountMinor: 500 } });
  });

  it.each(['failed', 'refused', 'returned'])('that is %s is not', (status) => {
    expect(one({ status, reason: 'counterpartyAccountClosed' })).toMatchObject({ type: 'item.rejected', data: { reason: `${status}: counterpartyAccountClosed` } });
  });

  it.each(['received', 'authorised', 'pending'])('that is %s is neither', (status) => {
    expect(one({ status })).toMatchObject({ ignored: `transfer ${status}: neither done nor failed` });
  });

  it('that is no whole one is refused', () => {
    expect(one({ id: '' })).toMatchObject({ rejected: '/data/id' });
    expect(one({ amount: { value: 'x', currency: 'EUR' } })).toMatchObject({ rejected: '/data/amount' });
    expect(one({}, { timestamp: 'x' })).toMatchObject({ rejected: '/timestamp' });
  });

  it('that tells no time has that of its receipt', () => {
    expect(one({}, { timestamp: undefined })).toMatchObject({ type: 'payment.settled', subject: 'T1', time: 'none given' });
  });

  it.each(['balancePlatform.report.created', 'recurring.token.created', 'merchant.created'])('is not what %s is about', (type) => {
    const body = { type, environment: 'live', createdAt: '2026-01-31T13:00:00+01:00', data: { merchantAccount: 'M' } };
    expect(shown(send(adyen, JSON.stringify(body)))).toEqual([{ index: 0, ignored: `${type}: no event type of the catalogue says it` }]);
  });
});

describe('the signature of Adyen', () => {
  const KEY = 'DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00';
  const SIGNATURE = 'Ny9gS2veKo5E4w8/OL6xz1/wvT/hYkAXy1xNc/QvO4I=';
  const ITEM = { pspReference: '7914073381342284', merchantAccountCode: 'TestMerchant', merchantReference: 'TestPayment-1407325143704', amount: { value: 1130, currency: 'EUR' }, eventCode: 'AUTHORISATION', success: 'true' };
  const classic = (...items: object[]): string => JSON.stringify({ live: 'true', notificationItems: items.map((one) => ({ NotificationRequestItem: one })) });
  const signedItem = (change: object = {}): object => ({ ...ITEM, additionalData: { hmacSignature: SIGNATURE }, ...change });
  const check = (body: string, secrets = [KEY], headers: Headers = {}): Verification | undefined => ADYEN_SIGNATURE.verify?.({ headers, rawBody: Buffer.from(body), nowMs: 0 }, secrets);

  it('of the published vector fits', () => {
    expect(check(classic(signedItem()))).toEqual({ verified: true });
    expect(check(classic(signedItem()), ['00', KEY])).toEqual({ verified: true });
  });

  it('does not fit when anything that was signed is other', () => {
    expect(check(classic(signedItem({ success: 'false' })))).toMatchObject({ verified: false });
    expect(check(classic(signedItem({ amount: { value: 1131, currency: 'EUR' } })))).toMatchObject({ verified: false });
    expect(check(classic(signedItem()), ['44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056', 'no key', ''])).toMatchObject({ verified: false });
  });

  it('has to be on every item', () => {
    expect(check(classic(signedItem(), ITEM))).toMatchObject({ verified: false });
    expect(check(classic())).toMatchObject({ verified: false });
    expect(check('{}')).toMatchObject({ verified: false });
    expect(check('[')).toMatchObject({ verified: false });
    expect(check(classic(signedItem()).replace('"success":"true"', '"success":"true","success":"true"'))).toMatchObject({ verified: false });
  });

  it('may have the separator escaped', () => {
    const escaped = createHmac('sha256', Buffer.from(KEY, 'hex')).update('7914073381342284::TestMerchant:a\\:b\\\\c:1130:EUR:AUTHORISATION:true').digest('base64');
    expect(check(classic(signedItem({ merchantReference: 'a:b\\c', additionalData: { hmacSignature: escaped } })))).toEqual({ verified: true });
  });

  it('of the platform is over the raw body', () => {
    const body = '{"type":"balancePlatform.transfer.created"}';
    const hmacsignature = createHmac('sha256', Buffer.from(KEY, 'hex')).update(body).digest('base64');
    expect(check(body, [KEY], { hmacsignature })).toEqual({ verified: true });
    expect(check(`${body} `, [KEY], { hmacsignature })).toMatchObject({ verified: false });
    expect(check(classic(signedItem()), [KEY], { hmacsignature: 'AAAA' })).toMatchObject({ verified: false });
  });
});
