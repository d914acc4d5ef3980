import { Module } from '@nestjs/common';
import type { DynamicModule, Provider, Type } from '@nestjs/common';
import { RegisterFeed, Sessions, SignIn } from '@tickmark/access';
import { HealthModule } from '@tickmark/platform';
import type { Dependency, Registry } from '@tickmark/platform';
import { Attestations } from './attestations/attestations.js';
import { AttestationsController } from './attestations/attestations.controller.js';
import { Backtests } from './backtests/backtests.js';
import { BacktestsController } from './backtests/backtests.controller.js';
import { Bundles } from './bundles/bundles.js';
import { BundlesController } from './bundles/bundles.controller.js';
import { ControlsController } from './controls/controls.controller.js';
import { ListControls } from './controls/list-controls.js';
import { ListObservations } from './controls/list-observations.js';
import { ListStates } from './controls/list-states.js';
import { ShowControl } from './controls/show-control.js';
import { ShowTimeline } from './controls/show-timeline.js';
import { CriteriaController } from './criteria/criteria.controller.js';
import { ListCriteria } from './criteria/list-criteria.js';
import { CompareFrozen } from './engagements/compare-frozen.js';
import { Engagements } from './engagements/engagements.js';
import { EngagementsController } from './engagements/engagements.controller.js';
import { FreezeRevision } from './engagements/freeze-revision.js';
import { ShowSummary } from './engagements/show-summary.js';
import { FeedsController } from './feeds/feeds.controller.js';
import { ListFeeds } from './feeds/list-feeds.js';
import { OpenApiController } from './http/openapi.controller.js';
import { LedgerController } from './ledger/ledger.controller.js';
import { ProveEvidence } from './ledger/prove-evidence.js';
import { ReadLedger } from './ledger/read-ledger.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { ShowOverview } from './metrics/show-overview.js';
import { People } from './people/people.js';
import { PeopleController } from './people/people.controller.js';
import { DecideReport } from './readiness/decide-report.js';
import { ReadinessController } from './readiness/readiness.controller.js';
import { ShowReadinessGaps } from './readiness/show-readiness-gaps.js';
import { ShowReadinessPlan } from './readiness/show-readiness-plan.js';
import { ListDeadLetters } from './records/list-dead-letters.js';
import { ListDeviations } from './records/list-deviations.js';
import { ListGaps } from './records/list-gaps.js';
import { DeviationsController, EvidenceController } from './records/records.controller.js';
import { ExplainVerdict } from './replay/explain-verdict.js';
import { ReplayController } from './replay/replay.controller.js';
import { ReplayDeadLetter } from './records/replay-dead-letter.js';
import { ResolveGap } from './records/resolve-gap.js';
import { ShowDelivery } from './records/show-delivery.js';
import { ShowEvidence } from './records/show-evidence.js';
import { COOKIES_ARE_SECURE, SessionsController } from './sessions/sessions.controller.js';
import { CompareShadow } from './shadows/compare-shadow.js';
import { ShadowsController } from './shadows/shadows.controller.js';
import { Shadows } from './shadows/shadows.js';

/** Use cases, built by `buildConsole`; a controller asks for its own by class. */
const USE_CASES = [
  ProveEvidence, ReadLedger,
  ListCriteria, ListControls, ShowControl, ListStates, ShowTimeline, ListObservations, ListDeviations, ListGaps, ResolveGap,
  ShowEvidence, ShowDelivery, ListDeadLetters, ReplayDeadLetter, ListFeeds, RegisterFeed, Engagements, FreezeRevision, CompareFrozen, ShowSummary,
  ShowOverview, SignIn, Sessions, Shadows, CompareShadow, ExplainVerdict, Backtests, Bundles, Attestations, People,
  DecideReport, ShowReadinessGaps, ShowReadinessPlan,
] as const;

export interface ConsoleParts {
  /** One of each of `USE_CASES`. */
  readonly useCases: readonly object[];
  readonly registry: Registry;
  readonly dependencies: readonly Dependency[];
  readonly cookiesAreSecure: boolean;
}

@Module({})
export class ConsoleModule {
  static with(parts: ConsoleParts): DynamicModule {
    return {
      module: ConsoleModule,
      imports: [HealthModule.with(parts.dependencies, parts.registry)],
      controllers: [
        LedgerController,
        CriteriaController, ControlsController, DeviationsController, EvidenceController, FeedsController,
        EngagementsController, MetricsController, SessionsController, ShadowsController, OpenApiController, ReplayController, BacktestsController,
        AttestationsController, BundlesController, PeopleController, ReadinessController,
      ],
      providers: [
        ...USE_CASES.map((useCase) => provide(useCase, parts.useCases)),
        { provide: COOKIES_ARE_SECURE, useFactory: () => parts.cookiesAreSecure },
      ],
    };
  }
}

function provide(useCase: Type | (typeof USE_CASES)[number], built: readonly object[]): Provider {
  return {
    provide: useCase,
    useFactory: () => {
      const found = built.find((one) => one instanceof useCase);
      if (found === undefined) throw new Error(`${useCase.name} was not built`);
      return found;
    },
  };
}
