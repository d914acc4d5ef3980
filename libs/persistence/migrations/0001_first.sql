-- Up Migration
-- Numbers inside, words outside: tables that grow hold small integers, resolved by the dictionaries below.
-- Tables that grow are partitioned by month with a default partition; ensure_month_partitions() makes the months ahead.

CREATE FUNCTION ensure_month_partitions(parent text, from_month date, to_month date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public SET timezone = 'UTC' AS $$
DECLARE month date := date_trunc('month', from_month);
BEGIN
  WHILE month <= to_month LOOP
    IF to_regclass(parent || '_' || to_char(month, 'YYYYMM')) IS NULL THEN
      BEGIN
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
          parent || '_' || to_char(month, 'YYYYMM'), parent, month, (month + interval '1 month')::date);
      EXCEPTION WHEN check_violation OR duplicate_table THEN
        -- Rows of that month already lie in the default partition, or another process was first: both are correct.
        NULL;
      END;
    END IF;
    month := (month + interval '1 month')::date;
  END LOOP;
END $$;

-- ---------------------------------------------------------------- access
CREATE TABLE feed (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9-]{1,63}$'),
  system text NOT NULL,
  production boolean NOT NULL,
  types text[] NOT NULL,
  sources text[] NOT NULL,
  max_silence_ms bigint CHECK (max_silence_ms > 0),      -- null: liveness none
  authentication jsonb NOT NULL,                         -- {"kind": "bearer"} and so on; never a secret
  settle_ms int NOT NULL DEFAULT 2000,
  max_ahead_ms bigint NOT NULL DEFAULT 300000,
  max_age_ms bigint NOT NULL DEFAULT 34560000000,        -- 400 days
  per_second int,                                        -- null: no limit
  per_day bigint,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE feed_secret (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  feed_id int NOT NULL REFERENCES feed,
  ciphertext bytea NOT NULL,                             -- AES-256-GCM, key from the environment
  created_at timestamptz NOT NULL DEFAULT now(),
  retired_at timestamptz
);

CREATE TABLE feed_day_usage (
  feed_id int NOT NULL REFERENCES feed,
  day date NOT NULL,
  events bigint NOT NULL,
  PRIMARY KEY (feed_id, day)
);

CREATE TABLE person (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL UNIQUE,
  password_hash text NOT NULL,                           -- argon2id
  role text NOT NULL CHECK (role IN ('admin', 'security', 'approver', 'viewer', 'auditor')),
  duties text[] NOT NULL DEFAULT '{}',                   -- roles of attestations beside the role of access, such as risk-owner
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE session (
  id_hash bytea PRIMARY KEY,
  person_id int NOT NULL REFERENCES person,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);

CREATE TABLE api_key (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('integration', 'dashboard', 'auditor', 'admin')),
  key_hash bytea NOT NULL UNIQUE,                        -- SHA-256 of the whole key
  feed_id int REFERENCES feed,
  scopes text[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  CHECK ((role = 'integration') = (feed_id IS NOT NULL))
);

-- ---------------------------------------------------------------- ledger
CREATE TABLE ledger_head (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  -- Whose log this is, in every checkpoint; `demo`: its leaves were received on a simulated clock.
  origin text NOT NULL DEFAULT 'tickmark' CHECK (origin ~ '^[a-z0-9][a-z0-9./-]{0,99}$'),
  epoch int NOT NULL,
  next_index bigint NOT NULL,
  clock timestamptz NOT NULL
);
INSERT INTO ledger_head (epoch, next_index, clock) VALUES (1, 0, date_trunc('milliseconds', now()));

CREATE TABLE ledger_leaf (
  leaf_index bigint NOT NULL,
  received_at timestamptz NOT NULL,
  kind smallint NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (leaf_index, received_at)
) PARTITION BY RANGE (received_at);
CREATE TABLE ledger_leaf_default PARTITION OF ledger_leaf DEFAULT;

CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is append-only';
END $$;
CREATE TRIGGER ledger_leaf_append_only BEFORE UPDATE OR DELETE ON ledger_leaf
  FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only();

CREATE FUNCTION ledger_origin_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a ledger that holds leaves keeps its origin';
END $$;
CREATE TRIGGER ledger_head_origin BEFORE UPDATE OF origin ON ledger_head
  FOR EACH ROW WHEN (OLD.next_index > 0 AND NEW.origin <> OLD.origin) EXECUTE FUNCTION ledger_origin_stands();

CREATE TABLE ledger_intake (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind smallint NOT NULL CHECK (kind BETWEEN 3 AND 12),  -- LEAF_KINDS of the ledger, but evidence and conflicts
  payload jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  leaf_index bigint,                                     -- null: not yet appended
  leaf_id uuid,
  received_at timestamptz,
  salt bytea                                             -- the leaf holds SHA-256(salt, canonical payload)
);
CREATE INDEX ledger_intake_waiting ON ledger_intake (id) WHERE leaf_index IS NULL;

-- What a signed-in person confirmed or refused. ingestion makes it evidence of the feed "people", once: its id is the event's.
CREATE TABLE attestation (
  id uuid PRIMARY KEY,
  number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  given_at timestamptz NOT NULL,
  control text NOT NULL,
  check_name text NOT NULL,
  data jsonb NOT NULL,                                   -- of the event attestation.given
  evidence_id uuid,                                      -- null: not yet evidence
  refusal text                                           -- why it could not become evidence
);
CREATE INDEX attestation_waiting ON attestation (number) WHERE evidence_id IS NULL AND refusal IS NULL;
CREATE INDEX attestation_by_control ON attestation (control, number);

CREATE TABLE delivery (
  id uuid NOT NULL,
  received_at timestamptz NOT NULL,
  feed_id int NOT NULL,
  format text NOT NULL,
  content_type text NOT NULL,
  headers jsonb NOT NULL,                                -- only what identifies and verifies; never credentials
  sha256 bytea NOT NULL,
  body bytea,                                            -- null when it brought nothing new and nothing was refused
  salt bytea,
  accepted int NOT NULL,                                 -- repeats included
  repeated int NOT NULL,
  ignored int NOT NULL,
  rejected int NOT NULL,
  rejections jsonb NOT NULL DEFAULT '[]',                -- at most 100 of {index, pointer, message}
  upload_id uuid,                                        -- id of its first part, when a large delivery came in parts
  part int,                                              -- from 0; the bodies in this order are the bytes as received
  PRIMARY KEY (id, received_at)
) PARTITION BY RANGE (received_at);
CREATE TABLE delivery_default PARTITION OF delivery DEFAULT;
CREATE INDEX delivery_by_id ON delivery (id);
CREATE INDEX delivery_by_feed ON delivery (feed_id, received_at);
CREATE INDEX delivery_by_upload ON delivery (upload_id, part) WHERE upload_id IS NOT NULL;

CREATE TABLE source_name (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE
);

CREATE TABLE evidence (
  leaf_index bigint NOT NULL,
  received_at timestamptz NOT NULL,
  id uuid NOT NULL,
  delivery_id uuid NOT NULL,
  ordinal int NOT NULL,
  feed_id int NOT NULL,
  source_id int NOT NULL,
  event_id text NOT NULL,
  type text NOT NULL,
  subject text,
  time timestamptz NOT NULL,
  time_assumed boolean NOT NULL,
  too_old boolean NOT NULL,
  normal text NOT NULL,                                  -- normal form, canonical JSON (RFC 8785), exact bytes as hashed
  salt bytea NOT NULL,
  traceparent text,
  PRIMARY KEY (leaf_index, received_at)
) PARTITION BY RANGE (received_at);
CREATE TABLE evidence_default PARTITION OF evidence DEFAULT;
CREATE INDEX evidence_by_id ON evidence (id);
CREATE INDEX evidence_by_delivery ON evidence (delivery_id);
CREATE INDEX evidence_by_feed_time ON evidence (feed_id, time);
CREATE INDEX evidence_by_type_time ON evidence (type, time);

CREATE TABLE event_identity (
  feed_id int NOT NULL,
  source_id int NOT NULL,
  event_id text NOT NULL,
  content_hash bytea NOT NULL,
  evidence_id uuid NOT NULL,
  leaf_index bigint NOT NULL,
  PRIMARY KEY (feed_id, source_id, event_id)
);

-- Same id, other content: the attempt as it came. It has a leaf, and is told once however often it is sent again.
CREATE TABLE event_conflict (
  leaf_index bigint NOT NULL,
  received_at timestamptz NOT NULL,
  id uuid PRIMARY KEY,
  delivery_id uuid NOT NULL,
  ordinal int NOT NULL,
  feed_id int NOT NULL,
  source_id int NOT NULL,
  event_id text NOT NULL,
  content_hash bytea NOT NULL,
  first_evidence_id uuid NOT NULL,
  normal text NOT NULL,
  salt bytea NOT NULL,
  UNIQUE (feed_id, source_id, event_id, content_hash)
);

CREATE INDEX event_conflict_by_leaf ON event_conflict (leaf_index);
CREATE INDEX ledger_intake_by_leaf ON ledger_intake (leaf_index) WHERE leaf_index IS NOT NULL;

-- What is kept is read again and compared with its leaf: the last hour each minute, everything within a day.
CREATE TABLE scrub (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  next_leaf bigint NOT NULL DEFAULT 0,                   -- where the round through the whole ledger goes on
  round_began_at timestamptz NOT NULL DEFAULT now(),
  whole_at timestamptz,                                  -- begin of the last whole round
  recent_at timestamptz                                  -- the last hour was compared
);
INSERT INTO scrub DEFAULT VALUES;

CREATE TABLE altered_leaf (
  leaf_index bigint PRIMARY KEY,
  difference text NOT NULL,
  evidence_id uuid,
  found_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE relay_progress (
  topic text PRIMARY KEY,
  epoch int NOT NULL,
  acknowledged_index bigint NOT NULL                     -- every leaf up to it is in Kafka
);

-- ---------------------------------------------------------------- sealing: written by sealer alone
-- Eight levels of the tree over the leaves in one piece, once they are full: the 256 hashes at level 8 * level, and the
-- hash over them, which is one of those in the tile above. What is not full is read from the leaves.
CREATE TABLE ledger_tile (
  level smallint NOT NULL,
  tile_index bigint NOT NULL,
  root bytea NOT NULL CHECK (length(root) = 32),
  hashes bytea NOT NULL CHECK (length(hashes) = 8192),
  PRIMARY KEY (level, tile_index)
);
ALTER TABLE ledger_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

CREATE TABLE ledger_checkpoint (
  epoch int NOT NULL,
  size bigint NOT NULL CHECK (size > 0),
  origin text NOT NULL,
  root bytea NOT NULL CHECK (length(root) = 32),
  note text NOT NULL,                                    -- the signed note, exact bytes
  signed_at timestamptz NOT NULL,
  PRIMARY KEY (epoch, size)
);

-- Public keys that checkpoints were signed with; one is valid until the next of the same name begins.
CREATE TABLE sealer_key (
  name text NOT NULL,
  public_key bytea NOT NULL CHECK (length(public_key) = 32),
  key_id text NOT NULL,
  valid_from timestamptz NOT NULL,
  PRIMARY KEY (name, public_key)
);

CREATE TRIGGER ledger_tile_append_only BEFORE UPDATE OR DELETE ON ledger_tile
  FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only();
CREATE TRIGGER ledger_checkpoint_append_only BEFORE UPDATE OR DELETE ON ledger_checkpoint
  FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only();
CREATE TRIGGER sealer_key_append_only BEFORE UPDATE OR DELETE ON sealer_key
  FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only();

-- What sealer says of itself, so that others can tell when it stands still.
CREATE TABLE sealer_status (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  seen_at timestamptz NOT NULL,
  refusal text,                                          -- why it signs nothing
  altered_leaf bigint                                    -- a leaf that is not the one that was sealed
);

CREATE TABLE checkpoint_publication (
  target text PRIMARY KEY,                               -- webhook, email, file
  epoch int NOT NULL DEFAULT 0,
  size bigint NOT NULL DEFAULT 0,                        -- of the last checkpoint that got there
  published_at timestamptz,
  given_up bigint NOT NULL DEFAULT 0,                    -- checkpoints that were tried in vain
  attempts int NOT NULL DEFAULT 0,                       -- since the last that got there
  next_attempt_at timestamptz,
  last_error text
);

-- ---------------------------------------------------------------- judging
CREATE TABLE control_version (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  control text NOT NULL,
  definition_hash text NOT NULL,
  logic_hash text NOT NULL,
  title text NOT NULL,
  yaml text NOT NULL,
  effective_from timestamptz NOT NULL,
  activated_at timestamptz NOT NULL DEFAULT now(),
  retired_from timestamptz,                              -- the control's file is gone from here on
  UNIQUE (control, definition_hash, effective_from)
);

CREATE TABLE catalogue_activation (
  version int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hash text NOT NULL,
  files jsonb NOT NULL,                                  -- [{path, text}]: every instance compiles from here
  effective_from timestamptz NOT NULL,
  activated_at timestamptz NOT NULL DEFAULT now()
);

-- A draft of a control that is judged beside the live one on live events. It tells nobody and counts for nothing.
CREATE TABLE shadow (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  control text NOT NULL,
  yaml text NOT NULL,
  activation int NOT NULL,                               -- compiled with the event types of this activation
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL,
  started_at timestamptz,                                -- null: the evaluator has not taken it up yet
  check_ids int[] NOT NULL DEFAULT '{}',
  trouble text,                                          -- why it could not be taken up
  ended_at timestamptz                                   -- no longer judged; its rows are being removed
);

-- Where an expression of a draft failed: kept here, since a draft opens no gaps.
CREATE TABLE shadow_error (
  shadow_id int NOT NULL REFERENCES shadow ON DELETE CASCADE,
  check_name text NOT NULL,
  evidence_id text NOT NULL,
  at timestamptz NOT NULL,
  message text NOT NULL,
  PRIMARY KEY (shadow_id, check_name, evidence_id)
);

-- One row for each (control, check, logic): a changed logic is a new one, seeded from the evidence on file.
CREATE TABLE judged_check (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  control text NOT NULL,
  name text NOT NULL,
  logic_hash text NOT NULL,
  kind text NOT NULL,
  effective_from timestamptz NOT NULL,
  effective_to timestamptz,                              -- null: in force
  activation int NOT NULL,                               -- compiled from the files of this activation
  shadow_id int REFERENCES shadow,                       -- null: live; a check of a draft is seen by nothing but its shadow
  UNIQUE NULLS NOT DISTINCT (control, name, logic_hash, effective_from, shadow_id)
);

CREATE TABLE key_name (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE
);

CREATE TABLE partition_progress (
  topic text NOT NULL,
  partition int NOT NULL,
  epoch int NOT NULL,
  next_offset bigint NOT NULL,
  leaf_index bigint NOT NULL DEFAULT -1,                 -- last leaf judged of this partition
  tick_leaf_index bigint,
  tick_clock timestamptz,                                -- null: no tick yet; does not move while hold_until stands
  seen_clock timestamptz,                                -- clock of the last tick passed
  hold_until timestamptz,                                -- the clock jumped: what fell due meanwhile is decided from then on
  PRIMARY KEY (topic, partition)
);

CREATE TABLE check_state (
  check_id int NOT NULL,
  group_id bigint NOT NULL,
  carry jsonb,
  tail jsonb,                                            -- what lies after the carry, so that the next event needs no look at the tables
  due_at timestamptz,
  ready_at timestamptz,
  PRIMARY KEY (check_id, group_id)
) WITH (fillfactor = 70);
CREATE INDEX check_state_due ON check_state (ready_at) WHERE ready_at IS NOT NULL;

CREATE TABLE carry_snapshot (
  check_id int NOT NULL,
  group_id bigint NOT NULL,
  at timestamptz NOT NULL,
  carry jsonb NOT NULL,
  PRIMARY KEY (check_id, group_id, at)
);

CREATE TABLE point (
  check_id int NOT NULL,
  group_id bigint NOT NULL,
  at timestamptz NOT NULL,
  "order" text NOT NULL,
  leaf_index bigint NOT NULL,
  evidence_id uuid NOT NULL,
  received_at timestamptz NOT NULL,
  settle_ms int NOT NULL,
  feed_id int NOT NULL,
  role text NOT NULL,
  facts jsonb NOT NULL,
  PRIMARY KEY (check_id, group_id, at, leaf_index, role)
) PARTITION BY RANGE (at);
CREATE TABLE point_default PARTITION OF point DEFAULT;

CREATE TABLE segment (
  check_id int NOT NULL,
  key_id bigint NOT NULL,
  from_at timestamptz NOT NULL,
  to_at timestamptz,
  group_id bigint NOT NULL,
  state smallint NOT NULL,                               -- index into STATES of contracts
  basis smallint NOT NULL,                               -- 0 evidence, 1 absence
  reason text,
  evidence_id uuid,
  system text,
  feed_ids int[] NOT NULL,
  occurrence text,
  PRIMARY KEY (check_id, key_id, from_at)
) PARTITION BY RANGE (from_at);
CREATE TABLE segment_default PARTITION OF segment DEFAULT;
CREATE INDEX segment_open ON segment (check_id, key_id) WHERE to_at IS NULL;
-- What hides under blindness (failures by absence) is looked for when a gap changes.
CREATE INDEX segment_absent_failure ON segment (check_id, from_at) WHERE state = 1 AND basis = 1;

CREATE TABLE key_span (
  check_id int NOT NULL,
  key_id bigint NOT NULL,
  group_id bigint NOT NULL,
  begin_at timestamptz NOT NULL,
  retired_at timestamptz,
  PRIMARY KEY (check_id, key_id)
);
CREATE INDEX key_span_by_group ON key_span (check_id, group_id);
CREATE INDEX key_span_retired ON key_span (check_id, key_id) WHERE retired_at IS NOT NULL;

CREATE TABLE observation (
  check_id int NOT NULL,
  key_id bigint NOT NULL,
  at timestamptz NOT NULL,
  occurrence text NOT NULL,
  group_id bigint NOT NULL,
  outcome smallint NOT NULL,                             -- index into STATES; 100 pending
  basis smallint NOT NULL,
  decided_at timestamptz,
  reason text,
  system text,
  evidence_ids uuid[] NOT NULL,
  revision int NOT NULL DEFAULT 1,
  PRIMARY KEY (check_id, key_id, at, occurrence)
) PARTITION BY RANGE (at);
CREATE TABLE observation_default PARTITION OF observation DEFAULT;

CREATE TABLE deviation (
  id text PRIMARY KEY,
  check_id int NOT NULL,
  key_id bigint NOT NULL,
  group_id bigint NOT NULL,
  control text NOT NULL,
  check_name text NOT NULL,
  occurrence text,
  status text NOT NULL CHECK (status IN ('open', 'closed', 'withdrawn', 'merged')),
  severity text NOT NULL,
  system text,
  reason text,
  occurred_at timestamptz NOT NULL,
  occurred_until timestamptz,
  detected_at timestamptz NOT NULL,
  notified_at timestamptz,
  remediated_at timestamptz,
  verified_at timestamptz,
  withdrawn_at timestamptz,
  evidence_ids uuid[] NOT NULL,
  backfill boolean NOT NULL,
  control_version int NOT NULL,
  CHECK (status <> 'closed' OR remediated_at IS NOT NULL)
);
CREATE INDEX deviation_by_key ON deviation (key_id, control, check_name, occurred_at);
CREATE INDEX deviation_by_control ON deviation (control, occurred_at);
CREATE INDEX deviation_open ON deviation (status) WHERE status = 'open';

-- A gap is an interval of the monitor; a later revision of the same interval has a row of its own, so that
-- knownAt can be answered: known from known_from on, until known_to.
CREATE TABLE gap (
  id text NOT NULL,
  revision int NOT NULL,
  cause text NOT NULL,
  feed_id int,
  control text,
  check_name text,
  key_name text,
  from_at timestamptz NOT NULL,
  to_at timestamptz,
  status text NOT NULL CHECK (status IN ('open', 'closed', 'resolved', 'backfilled', 'caught-up', 'withdrawn')),
  detail text,
  note text,
  resolved_by text,
  known_from timestamptz NOT NULL,
  known_to timestamptz,
  PRIMARY KEY (id, revision)
);
CREATE INDEX gap_current ON gap (cause, from_at) WHERE known_to IS NULL;

CREATE TABLE feed_liveness (
  feed_id int PRIMARY KEY REFERENCES feed,
  last_sign_at timestamptz NOT NULL,
  due_at timestamptz,                                    -- last sign + maxSilence
  gap_id text,                                           -- open gap
  recheck_from timestamptz                               -- a late sign of life at or after this instant
);

-- A month is closed when W lies a day past its end, while nobody judges: from then on every transaction of judging that
-- changes something of it notes so in late_change.
CREATE TABLE closed_month (
  from_at timestamptz PRIMARY KEY,
  to_at timestamptz NOT NULL,
  closed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE late_change (
  check_id int NOT NULL,
  from_at timestamptz NOT NULL REFERENCES closed_month,
  changes bigint NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (check_id, from_at)
);

-- A closed month of a control, summed once for all summaries. It is read only where the late changes that it includes are
-- all there are, and its basis (versions, feeds, blindness) is that of the reader; else the next summary makes a new revision.
CREATE TABLE rollup (
  control text NOT NULL,
  from_at timestamptz NOT NULL REFERENCES closed_month,
  revision int NOT NULL,
  basis text NOT NULL,
  late_changes bigint NOT NULL,
  through_leaf bigint NOT NULL,
  sums json NOT NULL,                                    -- its text unchanged: summaries of it are the same bytes
  computed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (control, from_at)
);

-- The standing comparison of what was accepted with what was judged.
CREATE TABLE reconciliation (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  through_leaf bigint NOT NULL,
  at timestamptz NOT NULL
);
INSERT INTO reconciliation (through_leaf, at) VALUES (-1, now());

CREATE TABLE unreconciled (
  check_id int NOT NULL,
  leaf_index bigint NOT NULL,
  at timestamptz NOT NULL,                               -- when it happened
  found_at timestamptz NOT NULL,
  PRIMARY KEY (check_id, leaf_index)
);

CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  topic text NOT NULL,
  message_key text NOT NULL,
  message jsonb NOT NULL,                                -- without `sequence`: the reader puts the id there
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  sent_at timestamptz
);
CREATE INDEX outbox_waiting ON outbox (id) WHERE sent_at IS NULL;

CREATE TABLE dead_letter (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  topic text NOT NULL,
  partition int NOT NULL,
  message_offset bigint NOT NULL,
  message_key bytea,
  value bytea,
  reason text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  after_leaf bigint,                                     -- control events: last leaf of the partition that was judged before
  replay_asked_at timestamptz,
  replayed_at timestamptz,
  trouble text,                                          -- why the last replay did not help
  UNIQUE (topic, partition, message_offset)
);
CREATE INDEX dead_letter_asked ON dead_letter (topic, id) WHERE replay_asked_at IS NOT NULL AND replayed_at IS NULL;

-- ---------------------------------------------------------------- notices
CREATE TABLE notice (
  id uuid PRIMARY KEY,
  dedup_key text NOT NULL UNIQUE,                        -- receiver, kind, subject: the same fact is never planned twice
  kind text NOT NULL CHECK (kind IN ('opened', 'closed', 'withdrawn', 'combined', 'digest', 'gap-opened', 'gap-closed')),
  receiver text NOT NULL,
  channel text NOT NULL,
  control text,
  gap_id text,
  severity text NOT NULL,
  payload json NOT NULL,                                 -- the body, its text unchanged: every attempt sends the same bytes
  deviation_ids text[] NOT NULL,
  caused_received_at timestamptz,
  status text NOT NULL CHECK (status IN ('waiting', 'sent', 'failed', 'exhausted', 'suppressed')),
  suppressed_by text,
  attempts int NOT NULL DEFAULT 0,
  failures int NOT NULL DEFAULT 0,                       -- attempts that asked for a retry: the place in the schedule
  next_attempt_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  sent_at timestamptz,
  last_error text
);
CREATE INDEX notice_due ON notice (next_attempt_at) WHERE status IN ('waiting', 'failed');
CREATE INDEX notice_by_deviation ON notice USING gin (deviation_ids);

CREATE TABLE notice_attempt (
  notice_id uuid NOT NULL REFERENCES notice,
  attempt int NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  outcome text NOT NULL,
  detail text,
  PRIMARY KEY (notice_id, attempt)
);

-- What each destination (receiver/channel) was last told of a deviation or gap.
CREATE TABLE notice_told (
  subject text NOT NULL,
  destination text NOT NULL,
  status text NOT NULL CHECK (status IN ('open', 'closed', 'withdrawn')),
  cycle int NOT NULL,
  anew boolean NOT NULL,
  PRIMARY KEY (subject, destination)
);

-- What is told together: held, grouped or backfilled facts of one control to one destination. Rows are locked in key order.
CREATE TABLE notice_group (
  key text PRIMARY KEY,
  group_wait_ms bigint NOT NULL,
  group_interval_ms bigint NOT NULL,
  first_at timestamptz,
  last_at timestamptz,
  due_at timestamptz,
  flushed_at timestamptz
);
CREATE INDEX notice_group_due ON notice_group (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE notice_entry (
  subject text NOT NULL,
  destination text NOT NULL,
  group_key text NOT NULL REFERENCES notice_group,
  kind text NOT NULL,
  ready_at timestamptz NOT NULL,
  fact jsonb NOT NULL,
  PRIMARY KEY (subject, destination)
);
CREATE INDEX notice_entry_by_group ON notice_entry (group_key);

-- Readers of state-changes drop what has an old sequence.
CREATE TABLE change_seen (
  reader text NOT NULL,
  message_key text NOT NULL,
  epoch int NOT NULL,
  sequence bigint NOT NULL,
  PRIMARY KEY (reader, message_key)
);

-- ---------------------------------------------------------------- engagements
CREATE TABLE engagement (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  definition jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL
);

CREATE TABLE engagement_revision (
  engagement_id uuid NOT NULL REFERENCES engagement,
  revision int NOT NULL,
  cut_off_leaf_index bigint NOT NULL,
  cut_off_clock timestamptz NOT NULL,
  judged_until timestamptz,
  summary text NOT NULL,                                 -- frozen JSON, exact bytes
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL,
  PRIMARY KEY (engagement_id, revision)
);

-- Evidence bundles. The newest are kept; whoever lost one makes it again, and gets the same bytes.
CREATE TABLE bundle (
  id uuid PRIMARY KEY,
  engagement_id uuid NOT NULL REFERENCES engagement,
  revision int NOT NULL,
  file_name text NOT NULL,
  status text NOT NULL CHECK (status IN ('queued', 'waiting-for-seal', 'running', 'done', 'failed', 'interrupted')),
  progress real NOT NULL DEFAULT 0,
  bytes bigint,
  sha256 text,
  detail text,                                           -- why it failed, or what it waits for
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  alive_at timestamptz NOT NULL DEFAULT clock_timestamp(),  -- told by the process that makes it
  finished_at timestamptz
);
CREATE INDEX bundle_by_age ON bundle (created_at);

CREATE TABLE bundle_chunk (
  bundle_id uuid NOT NULL REFERENCES bundle ON DELETE CASCADE,
  ordinal int NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (bundle_id, ordinal)
);
ALTER TABLE bundle_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;

CREATE INDEX ledger_intake_frozen ON ledger_intake ((payload->>'engagement')) WHERE kind = 9;

-- ---------------------------------------------------------------- backtests: controls judged anew beside the record
CREATE TABLE backtest (
  id uuid PRIMARY KEY,
  control text NOT NULL,
  yaml text NOT NULL,
  from_at timestamptz NOT NULL,
  to_at timestamptz NOT NULL,
  status text NOT NULL CHECK (status IN ('queued', 'running', 'done', 'failed', 'interrupted')),
  progress real NOT NULL DEFAULT 0,
  detail text,                                           -- why it failed
  result jsonb,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  alive_at timestamptz NOT NULL DEFAULT clock_timestamp(),  -- told by the process that runs it; when it falls silent, it was interrupted
  finished_at timestamptz
);
CREATE INDEX backtest_by_age ON backtest (created_at);

CREATE TABLE backtest_difference (
  backtest_id uuid NOT NULL REFERENCES backtest ON DELETE CASCADE,
  ordinal int NOT NULL,
  difference jsonb NOT NULL,                             -- of one key
  PRIMARY KEY (backtest_id, ordinal)
);

CREATE TABLE audit_trail (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  actor text NOT NULL,
  action text NOT NULL,
  detail jsonb NOT NULL
);

-- Run after each migration and once a day, so that rows find their month before it begins.
CREATE FUNCTION ensure_partitions_ahead() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public SET timezone = 'UTC' AS $$
DECLARE parent text;
BEGIN
  PERFORM pg_advisory_xact_lock(7305813);
  FOREACH parent IN ARRAY ARRAY['ledger_leaf', 'delivery', 'evidence'] LOOP
    PERFORM ensure_month_partitions(parent, current_date, (current_date + interval '2 months')::date);
  END LOOP;
  FOREACH parent IN ARRAY ARRAY['point', 'segment', 'observation'] LOOP
    PERFORM ensure_month_partitions(parent, (current_date - interval '3 months')::date, (current_date + interval '2 months')::date);
  END LOOP;
END $$;

-- ---------------------------------------------------------------- the application's role: reads and inserts leaves, never changes them
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tickmark_app') THEN
    CREATE ROLE tickmark_app NOLOGIN;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
GRANT tickmark_app TO CURRENT_USER;
GRANT USAGE ON SCHEMA public TO tickmark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO tickmark_app;
REVOKE UPDATE, DELETE, TRUNCATE ON ledger_leaf, ledger_leaf_default FROM tickmark_app;
REVOKE UPDATE, DELETE, TRUNCATE ON evidence, evidence_default, event_identity, event_conflict FROM tickmark_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tickmark_app;
GRANT UPDATE ON SEQUENCE outbox_id_seq TO tickmark_app;     -- to leave out the numbers of a history that was lost (restore)

-- ---------------------------------------------------------------- sealer's role: reads leaves, and alone writes tree and checkpoints
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ledger_tile, ledger_checkpoint, sealer_key, sealer_status, checkpoint_publication FROM tickmark_app;
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tickmark_sealer') THEN
    CREATE ROLE tickmark_sealer NOLOGIN;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
GRANT tickmark_sealer TO CURRENT_USER;
GRANT USAGE ON SCHEMA public TO tickmark_sealer;
GRANT SELECT ON ledger_head, ledger_leaf, ledger_intake, ledger_tile, ledger_checkpoint, sealer_key, sealer_status, checkpoint_publication
  TO tickmark_sealer;
GRANT INSERT ON ledger_tile, ledger_checkpoint, sealer_key, sealer_status, checkpoint_publication TO tickmark_sealer;
GRANT UPDATE ON sealer_status, checkpoint_publication TO tickmark_sealer;
