import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import type { Behaviour } from './channel-contract.testkit.js';

export const LOGIN = { user: 'tickmark', pass: 'S3cretOfTheMailServer' };

const reply = (responseCode: number): Error => Object.assign(new Error('told by the test'), { responseCode });

/** A real SMTP server on the loopback address that asks for a login. */
export class SmtpReceiver {
  readonly mails: string[] = [];
  readonly recipients: string[] = [];
  behaviour: Behaviour = 'accepts';
  /** Refused one by one at RCPT. */
  refused: readonly string[] = [];
  password = LOGIN.pass;
  private readonly server: SMTPServer;
  private closed = false;

  private constructor() {
    this.server = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      closeTimeout: 10,
      onConnect: (_session, done) => {
        if (this.behaviour === 'silent') return;
        if (this.behaviour === 'busy') done(reply(421));
        else done();
      },
      onAuth: ({ password }, _session, done) => {
        if (password === this.password) done(null, { user: 'tickmark' });
        else done(reply(535));
      },
      onRcptTo: ({ address }, _session, done) => {
        const refused = this.behaviour === 'refuses' || this.refused.includes(address);
        if (!refused) this.recipients.push(address);
        if (refused) done(reply(550));
        else done();
      },
      onData: (stream, _session, done) => {
        void text(stream).then((mail) => {
          if (this.behaviour === 'broken') done(reply(451));
          else {
            this.mails.push(mail);
            done();
          }
        });
      },
    });
    this.server.on('error', () => undefined);
  }

  static async start(): Promise<SmtpReceiver> {
    const receiver = new SmtpReceiver();
    const listening = receiver.server.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    return receiver;
  }

  get url(): string {
    const { port } = this.server.server.address() as AddressInfo;
    return `smtp://${LOGIN.user}:${LOGIN.pass}@127.0.0.1:${port}`;
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
  }
}
