-- The cases of the events that events recorded since correct, and of their earlier corrections.
-- One row per case.
INSERT INTO touched_case
WITH corrected AS (
    SELECT DISTINCT corrects AS event_key
    FROM main.event
    WHERE log_id = $log_id AND seq > $upto_seq AND corrects IS NOT NULL
), touched_event AS (
    SELECT case_id, objects
    FROM main.event
    WHERE log_id = $log_id AND (event_key IN (FROM corrected) OR corrects IN (FROM corrected))
)
SELECT case_id FROM touched_event
UNION
SELECT unnest(objects).object_id FROM touched_event;
