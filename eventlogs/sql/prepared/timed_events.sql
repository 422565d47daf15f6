-- The chosen events with the moment that orders them, where every event has a time.
-- One row per event and case.
CREATE OR REPLACE TEMP MACRO timed_event(chosen_log, chosen_type, chosen_lifecycles) AS TABLE (
    SELECT *, occurred_at AS ordered_at, false AS untimed
    FROM chosen_event(chosen_log, chosen_type, chosen_lifecycles)
);
