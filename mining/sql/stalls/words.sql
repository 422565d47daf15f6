-- The activities and roles of all recorded events, in a trace or not.
-- One row per pair; `deed` is the number of the activity.
CREATE OR REPLACE TEMP TABLE stall_word AS
SELECT
    row_number() OVER ()::INTEGER AS word_no,
    dense_rank() OVER (ORDER BY activity)::INTEGER AS deed,
    activity,
    role
FROM (SELECT DISTINCT activity, role FROM log_event($log_id));
