-- What a fleet knows of hubs (WebSub). Made beside the tables of an older program, which does without.

-- Sources that name a hub, as visits told.
CREATE TABLE websub_offer (
    site text NOT NULL,
    source text NOT NULL,             -- the address of the feed or list
    topic text NOT NULL,              -- what a hub knows it by
    hubs text[] NOT NULL,             -- the first preferred
    told timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (site, source)
);

-- One topic of a site, subscribed to for the listeners at one public address.
CREATE TABLE websub_subscription (
    token text PRIMARY KEY,           -- the end of its callback's address, which nobody can guess
    secret text NOT NULL,             -- what the hub signs with
    site text NOT NULL,
    topic text NOT NULL,
    hub text NOT NULL,
    public text NOT NULL,
    ending boolean NOT NULL DEFAULT false,
    denied boolean NOT NULL DEFAULT false,
    asked timestamptz,                -- when the hub was last asked
    next_ask timestamptz NOT NULL DEFAULT now(),
    failures integer NOT NULL DEFAULT 0, -- times in a row that the hub was asked and has not verified it
    lease_until timestamptz,          -- NULL before the hub has verified it
    notified timestamptz,             -- the last notification that counted
    reason text                       -- why it is not active
);
CREATE UNIQUE INDEX websub_wanted ON websub_subscription (site, topic, public) WHERE NOT ending;
CREATE INDEX websub_next_ask ON websub_subscription (next_ask);

-- Processes that listen, by their signs of life.
CREATE TABLE websub_listener (
    process text PRIMARY KEY,
    host text NOT NULL,
    pid integer NOT NULL,
    public text NOT NULL,
    seen timestamptz NOT NULL DEFAULT now()
);

-- How many notifications came to what, since these tables were made.
CREATE TABLE websub_notification (
    fate text PRIMARY KEY,
    number bigint NOT NULL
);
