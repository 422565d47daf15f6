-- Simulated logs may be deleted whole, as on one machine; those of real projects never.

CREATE TABLE deleted_log (
    -- One row per log deleted, so that every file that follows learns of it.
    log_id integer PRIMARY KEY,
    deleted_at timestamptz NOT NULL DEFAULT current_timestamp
);

CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('retrofit.deletes', true) = 'a simulated log' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the event log is append-only: a wrong event is corrected by another';
END
$$;
