-- The events of a log without corrections, each in its own place.
-- One row per event.
CREATE OR REPLACE TEMP MACRO standing_event(chosen_log) AS TABLE (
    SELECT seq, seq AS place, case_id, activity, lifecycle, role, actor, occurred_at, attributes, objects
    FROM main.event
    WHERE log_id = chosen_log
);
