-- What a fleet knows of its sites, beside Procrastinate's own tables. Times are the database's.
-- All of it can be lost: `mtcrawler fleet rebuild` makes it anew from the bucket.

-- One row, so that a setting of the whole fleet is one column.
CREATE TABLE fleet (
    form integer NOT NULL,            -- the form of these tables
    draining boolean NOT NULL DEFAULT false,
    one boolean PRIMARY KEY DEFAULT true CHECK (one)
);

CREATE TABLE site (
    name text PRIMARY KEY,            -- its host, with a port that is not the usual one
    url text NOT NULL,                -- the address it was named by
    source text NOT NULL,             -- who named it: a person, its definition, or a list
    also text[] NOT NULL DEFAULT '{}', -- definitions and lists that name it, too
    arguments jsonb NOT NULL DEFAULT '{}',
    settings jsonb NOT NULL DEFAULT '{}',
    every interval,                   -- a fixed time between two visits; NULL where it follows the news
    weight real NOT NULL DEFAULT 1,   -- what an article of it is worth; more weight, more visits
    priority integer NOT NULL DEFAULT 0,
    next_due timestamptz NOT NULL DEFAULT now(),
    paused boolean NOT NULL DEFAULT false,
    quarantined timestamptz,
    reason text,                      -- why it is quarantined
    lost integer NOT NULL DEFAULT 0,  -- processes that ended while visiting it, since its last whole visit
    slices_lost integer NOT NULL DEFAULT 0, -- processes that ended in its back-fill, since its last slice that ended
    slice_tries integer NOT NULL DEFAULT 0, -- times in a row that its present slice left something out
    failures integer NOT NULL DEFAULT 0, -- visits in a row that failed
    arrivals jsonb NOT NULL DEFAULT '{}', -- when it has news: mtcrawler/fleet/schedule/arrivals.py
    backfill_since date,              -- the first day that its back-fill is to reach
    backfill_until date,              -- the day that it has reached, going back in time
    backfill_due timestamptz NOT NULL DEFAULT now(),
    visited timestamptz,              -- when its last visit began
    outcome text,
    message text
);
CREATE INDEX site_due ON site (priority DESC, next_due) WHERE NOT paused AND quarantined IS NULL;

-- A worker of Procrastinate by its number, and the process that it is in: a process has one for each queue.
CREATE TABLE worker (
    id bigint PRIMARY KEY,
    process text NOT NULL,
    host text NOT NULL,
    pid integer NOT NULL,
    started timestamptz NOT NULL DEFAULT now()
);

-- Numbers of workers and jobs go on where those of a database before this one cannot have been: its processes may live.
SELECT setval(pg_get_serial_sequence(name, 'id'), (extract(epoch FROM clock_timestamp()) * 1e6)::bigint)
FROM unnest(ARRAY['procrastinate_workers', 'procrastinate_jobs']) AS name;
-- Each job that is handed out looks for others of its site; without statistics, a long queue would be read whole.
CREATE INDEX mtcrawler_job_of_site ON procrastinate_jobs (lock) WHERE status IN ('todo', 'doing');

-- What came of visits, for a day or two.
CREATE TABLE visit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    site text NOT NULL,
    process text NOT NULL,
    due timestamptz NOT NULL,
    started timestamptz NOT NULL,
    ended timestamptz NOT NULL DEFAULT now(),
    outcome text NOT NULL,
    exit_code integer NOT NULL,
    articles integer NOT NULL,
    slice boolean NOT NULL            -- of a back-fill
);
CREATE INDEX visit_ended ON visit (ended);
