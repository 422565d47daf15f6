-- The order in which a log is written case by case: by when the cases began. Those without a case are left out.
-- One row per event, narrow, since all of them are sorted at once.
CREATE OR REPLACE TEMP TABLE case_order AS
WITH beginning AS (
    SELECT case_id, min(seq) AS case_place
    FROM effective_event
    WHERE log_id = $log_id AND case_id <> ''
    GROUP BY case_id
)
SELECT seq, seq = case_place AS begins, row_number() OVER (ORDER BY case_place, seq) AS number
FROM effective_event JOIN beginning USING (case_id)
WHERE log_id = $log_id
