-- The cases that events recorded since belong to, and those whose attributes changed.
-- One row per case.
CREATE OR REPLACE TEMP TABLE touched_case AS
WITH new_event AS (
    SELECT case_id, objects FROM main.event WHERE log_id = $log_id AND seq > $upto_seq
)
SELECT case_id FROM new_event
UNION
SELECT unnest(objects).object_id FROM new_event
UNION
SELECT object_id FROM main.object_change WHERE log_id = $log_id AND seq > $upto_seq;
