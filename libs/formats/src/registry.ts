import { ach } from './ach.format.js';
import { adyen } from './adyen.format.js';
import { alertmanager } from './alertmanager.format.js';
import { awsAsff } from './aws-asff.format.js';
import { awsCloudtrail } from './aws-cloudtrail.format.js';
import { awsEventbridge } from './aws-eventbridge.format.js';
import { backup } from './backup.format.js';
import { bai2 } from './bai2.format.js';
import { cloudevents } from './cloudevents.format.js';
import { dependabot } from './dependabot.format.js';
import { entra } from './entra.format.js';
import type { Format } from './format.js';
import { falco } from './falco.format.js';
import { github } from './github.format.js';
import { gocardless } from './gocardless.format.js';
import { googleWorkspace } from './google-workspace.format.js';
import { grype } from './grype.format.js';
import { hdfInspec } from './hdf-inspec.format.js';
import { hrDirectory } from './hr-directory.format.js';
import { iso20022 } from './iso20022.format.js';
import { jira } from './jira.format.js';
import { k8sAudit } from './k8s-audit.format.js';
import { k8sPolicy } from './k8s-policy.format.js';
import { mt940 } from './mt940.format.js';
import { ocsf } from './ocsf.format.js';
import { okta } from './okta.format.js';
import { openscap } from './openscap.format.js';
import { opsgenie } from './opsgenie.format.js';
import { oscal } from './oscal.format.js';
import { pagerduty } from './pagerduty.format.js';
import { plaidPayroll } from './plaid-payroll.format.js';
import { prowler } from './prowler.format.js';
import { sarif } from './sarif.format.js';
import { snyk } from './snyk.format.js';
import { standardWebhooks } from './standard-webhooks.format.js';
import { stripe } from './stripe.format.js';
import { terraform } from './terraform.format.js';
import { trivy } from './trivy.format.js';

/** One line a format, in alphabetical order. */
export const FORMATS: readonly Format[] = [
  ach,
  adyen,
  alertmanager,
  awsAsff,
  awsCloudtrail,
  awsEventbridge,
  backup,
  bai2,
  cloudevents,
  dependabot,
  entra,
  falco,
  github,
  gocardless,
  googleWorkspace,
  grype,
  hdfInspec,
  hrDirectory,
  iso20022,
  jira,
  k8sAudit,
  k8sPolicy,
  mt940,
  ocsf,
  okta,
  openscap,
  opsgenie,
  oscal,
  pagerduty,
  plaidPayroll,
  prowler,
  sarif,
  snyk,
  standardWebhooks,
  stripe,
  terraform,
  trivy,
];

const BY_ID: ReadonlyMap<string, Format> = new Map(FORMATS.map((format) => [format.id, format]));

export const formatById = (id: string): Format | undefined => BY_ID.get(id);

/** What `GET /v1/formats` says of a format. */
export interface FormatDescription {
  readonly name: string;
  readonly title: string;
  readonly contentTypes: readonly string[];
  readonly authentication: readonly { readonly kind: string; readonly title: string }[];
  readonly limits: Format['limits'];
  readonly sample: Format['sample'];
}

export function describeFormat({ id, title, contentTypes, authentication, limits, sample }: Format): FormatDescription {
  const kinds = authentication.map((kind) => ({ kind: kind.kind, title: kind.title }));
  return { name: id, title, contentTypes, authentication: kinds, limits, sample };
}
