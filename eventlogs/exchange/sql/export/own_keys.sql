-- Whether some event's key is other than its number when the log is written case by case.
-- One row. Only numbers are sorted: with the texts beside them a large log would take half a gigabyte.
WITH beginning AS (
    SELECT case_id, min(seq) AS case_place
    FROM effective_event
    WHERE log_id = $log_id AND case_id <> ''
    GROUP BY case_id
), placed AS (
    SELECT seq, case_place
    FROM effective_event JOIN beginning USING (case_id)
    WHERE log_id = $log_id
), numbered AS (
    SELECT seq, row_number() OVER (ORDER BY case_place, seq) AS number
    FROM placed
)
SELECT EXISTS (
    FROM numbered JOIN effective_event USING (seq) WHERE log_id = $log_id AND event_key <> number::VARCHAR
) AS own_keys
