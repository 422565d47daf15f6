-- Whether some event's key is other than its number when the log is written case by case.
-- One row.
WITH placed AS (
    SELECT event_key, case_id, seq, min(seq) OVER (PARTITION BY case_id) AS case_place
    FROM effective_event
    WHERE log_id = $log_id AND case_id <> ''
), numbered AS (
    SELECT event_key, row_number() OVER (ORDER BY case_place, case_id, seq) AS number
    FROM placed
)
SELECT EXISTS (FROM numbered WHERE event_key <> number::VARCHAR) AS own_keys
