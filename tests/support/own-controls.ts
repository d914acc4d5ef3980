/** Controls of the specs: the catalogue's own logic with limits of seconds, so that what falls due falls due soon. */

export const LEAVER_SECONDS = 'leaver-seconds';

/** `leaver-access-removed` with another limit. */
export const leaverSeconds = (limitS: number): string => `
id: ${LEAVER_SECONDS}
title: Leavers lose access within seconds
description: The accounts of people who leave are disabled within ${limitS} seconds.
owner: it-operations
severity: critical
execution: automated
timing: detective
frequency: per-event
keyControl: true
effectiveFrom: 2026-01-01
maps: {tsc: [CC6.2], soc1: [ICFR-LA-3]}
params: {limit: ${limitS}s}
inputs:
  leaver: hr.worker-left
  account: identity.account
checks:
  removed-in-time:
    kind: followed-by
    when: leaver
    then: account
    key: {leaver: leaver.worker, account: account.worker}
    each: account.system + "/" + account.account
    system: account.system
    where: account.status == "disabled"
    from: leaver.lastDay
    within: params.limit
tests:
  - name: one account too late, the other in time
    given:
      - {at: -9d, account: {account: a1, system: okta, worker: w1, status: active, admin: false, mfa: true, factors: []}}
      - {at: -9d, account: {account: a2, system: erp, worker: w1, status: active, admin: false, mfa: true, factors: []}}
      - {at: 0s, leaver: {worker: w1, lastDay: {at: 0s}}}
      - {at: 1s, account: {account: a2, system: erp, worker: w1, status: disabled, admin: false, mfa: true, factors: []}}
    expect:
      - {at: ${limitS}s, key: w1/okta/a1, state: fail}
      - {at: ${limitS}s, key: w1/erp/a2, state: pass}
  - name: nobody knows an account of the leaver
    given:
      - {at: 0s, leaver: {worker: w2, lastDay: {at: 0s}}}
    expect:
      - {at: ${limitS}s, key: w2, state: unknown}
`;

export const PROBED = 'services-up';

/** A state over a service's probes: its evidence fades late, so that only silence makes it unknown. */
export const servicesUp = (id = PROBED): string => `
id: ${id}
title: Services answer
description: Every service that is probed answers.
owner: platform
severity: high
execution: automated
timing: detective
frequency: continuous
keyControl: true
effectiveFrom: 2026-01-01
maps: {tsc: [A1.1], soc1: [ICFR-OP-1]}
inputs:
  probe: service.probed
checks:
  up:
    kind: state
    input: probe
    key: probe.service
    assert: probe.up
    validFor: 30d
tests:
  - name: a service that answers passes, one that does not fails, and a silent probe proves nothing
    given:
      - {at: 0h, probe: {service: s1, up: true}}
      - {at: 0h, probe: {service: s2, up: false}}
      - {from: 1h, to: 2h, silent: probe}
    expect:
      - {at: 0h, key: s1, state: pass}
      - {at: 0h, key: s2, state: fail}
      - {at: 1h, key: s1, state: unknown}
      - {at: 1h, key: s2, state: fail}
`;
