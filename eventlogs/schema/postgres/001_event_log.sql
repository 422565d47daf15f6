-- The live logs of the outgrown size, in PostgreSQL. Rows are added and never changed.

-- Numbers that start high leave the low ones to logs that came from one machine and to those imported beside the ledger.
CREATE SEQUENCE log_number START 1000001;
CREATE SEQUENCE event_number START 1000000000001;

CREATE TABLE log (
    -- One row per live log.
    log_id integer PRIMARY KEY DEFAULT nextval('log_number'),
    name text NOT NULL UNIQUE,
    case_type text NOT NULL,
    simulated boolean NOT NULL,
    timezone text NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE event (
    -- One row per event, as in the table `event` of DuckDB's schema; JSON stands as the text that was hashed.
    seq bigint PRIMARY KEY,
    log_id integer NOT NULL REFERENCES log,
    event_key text NOT NULL,
    case_id text NOT NULL,
    activity text NOT NULL,
    lifecycle text NOT NULL,
    role text,
    tool text,
    actor text,
    occurred_at timestamptz,
    recorded_at timestamptz NOT NULL,
    attributes text NOT NULL,
    evidence text NOT NULL,
    objects text NOT NULL,                   -- [{object_id, object_type, qualifier}]
    changes text NOT NULL,                   -- [{object_id, name, value}]
    correction text CHECK (correction IN ('replace', 'void')),
    corrects text,
    chain_hash bytea NOT NULL,
    txid xid8 NOT NULL DEFAULT pg_current_xact_id(),  -- the transaction that recorded it
    UNIQUE (log_id, event_key)
);

CREATE INDEX event_by_case ON event (log_id, case_id, seq);

CREATE TABLE object (
    -- One row per object that a live log's events name, cases included: an object keeps its type.
    log_id integer NOT NULL REFERENCES log,
    object_id text NOT NULL,
    object_type text NOT NULL,
    PRIMARY KEY (log_id, object_id)
);

CREATE FUNCTION reserve_event_numbers(wanted integer) RETURNS bigint[] LANGUAGE plpgsql AS $$
-- Returns `wanted` ascending numbers. Transaction number and event numbers are drawn under one lock, held for
-- no longer than that: so of two transactions the one with the smaller number has all the smaller event numbers,
-- and events below the oldest running transaction are complete, however late another commits.
-- Nothing may be written before, since a transaction gets its number with its first write.
DECLARE
    numbers bigint[];
BEGIN
    IF pg_current_xact_id_if_assigned() IS NOT NULL THEN
        RAISE EXCEPTION 'event numbers must be reserved before anything is written';
    END IF;
    PERFORM pg_advisory_lock(hashtextextended('retrofit event numbers', 0));
    BEGIN
        PERFORM pg_current_xact_id();
        SELECT array_agg(number ORDER BY number) INTO numbers
        FROM (SELECT nextval('event_number') AS number FROM generate_series(1, wanted)) AS drawn;
    EXCEPTION WHEN OTHERS OR query_canceled THEN
        PERFORM pg_advisory_unlock(hashtextextended('retrofit event numbers', 0));
        RAISE;
    END;
    PERFORM pg_advisory_unlock(hashtextextended('retrofit event numbers', 0));
    RETURN numbers;
END
$$;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the event log is append-only: a wrong event is corrected by another';
END
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
