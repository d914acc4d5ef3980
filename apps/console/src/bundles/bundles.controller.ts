import { Controller, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Checked, Endpoint } from '../http/route.js';
import type { Input } from '../http/route.js';
import { Bundles } from './bundles.js';
import * as routes from './bundles.routes.js';

@Controller()
export class BundlesController {
  constructor(@Inject(Bundles) private readonly bundles: Bundles) {}

  @Endpoint(routes.makeBundle)
  make(@Checked() input: Input<typeof routes.makeBundle>) {
    return this.bundles.make(input);
  }

  @Endpoint(routes.listBundles)
  list(@Checked() input: Input<typeof routes.listBundles>) {
    return this.bundles.list(input);
  }

  @Endpoint(routes.showBundle)
  show(@Checked() input: Input<typeof routes.showBundle>) {
    return this.bundles.show(input);
  }

  @Endpoint(routes.downloadBundle)
  async download(@Checked() input: Input<typeof routes.downloadBundle>, @Res() reply: FastifyReply) {
    const { fileName, bytes, sha256, stream } = await this.bundles.download(input);
    return reply
      .type('application/zip')
      .header('Content-Disposition', `attachment; filename="${fileName}"`)
      .header('Content-Length', bytes)
      .header('ETag', `"${sha256}"`)
      .send(stream);
  }
}
