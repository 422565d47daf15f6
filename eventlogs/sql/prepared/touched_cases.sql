-- The cases that events recorded since belong to, corrected ones included, and those whose attributes changed.
-- One row per case.
CREATE OR REPLACE TEMP TABLE touched_case AS
WITH new_event AS (
    SELECT case_id, objects, corrects FROM main.event WHERE log_id = $log_id AND seq > $upto_seq
), touched_event AS (
    SELECT case_id, objects FROM new_event
    UNION ALL
    SELECT case_id, objects
    FROM main.event
    WHERE
        log_id = $log_id
        AND (
            event_key IN (SELECT corrects FROM new_event WHERE corrects IS NOT NULL)
            OR corrects IN (SELECT corrects FROM new_event WHERE corrects IS NOT NULL)
        )
)
SELECT case_id FROM touched_event
UNION
SELECT unnest(objects).object_id FROM touched_event
UNION
SELECT object_id FROM main.object_change WHERE log_id = $log_id AND seq > $upto_seq;
