-- The events of a log after corrections.
-- One row per event that counts.
CREATE OR REPLACE TEMP MACRO log_event(chosen_log) AS TABLE (
    SELECT seq, case_id, activity, lifecycle, role, tool, occurred_at, attributes, objects
    FROM effective_event
    WHERE log_id = chosen_log
);
