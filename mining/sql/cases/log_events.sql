-- The events of a log without corrections: read as they stand, a column costs nothing that is not asked for.
-- One row per event.
CREATE OR REPLACE TEMP MACRO log_event(chosen_log) AS TABLE (
    SELECT seq, case_id, activity, lifecycle, role, tool, occurred_at, attributes, objects
    FROM event
    WHERE log_id = chosen_log
);
