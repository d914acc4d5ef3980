import { Controller, Inject } from '@nestjs/common';
import { RegisterFeed } from '@tickmark/access';
import { HttpProblem } from '@tickmark/platform';
import { Checked, Endpoint } from '../http/route.js';
import type { Input } from '../http/route.js';
import * as routes from './feeds.routes.js';
import { ListFeeds, showRegistration } from './list-feeds.js';

@Controller()
export class FeedsController {
  constructor(
    @Inject(ListFeeds) private readonly feeds: ListFeeds,
    @Inject(RegisterFeed) private readonly registerFeed: RegisterFeed,
  ) {}

  @Endpoint(routes.listFeeds)
  list(@Checked() input: Input<typeof routes.listFeeds>) {
    return this.feeds.list(input);
  }

  @Endpoint(routes.showFeed)
  show(@Checked() input: Input<typeof routes.showFeed>) {
    return this.feeds.one(input);
  }

  @Endpoint(routes.registerFeed)
  async register(@Checked() { body, principal }: Input<typeof routes.registerFeed>) {
    const registered = await this.registerFeed.execute(body, principal.actor);
    if (registered.outcome === 'name-taken') {
      throw new HttpProblem(409, `There is a feed named ${body.name} already.`, {
        errors: [{ pointer: '/name', message: 'is taken; choose another name' }],
      });
    }
    const { feed, apiKey } = registered;
    return { ...showRegistration(feed), ...(apiKey === undefined ? {} : { apiKey }) };
  }
}
