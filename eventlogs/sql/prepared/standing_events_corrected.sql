-- The events of a log after corrections: the latest correction of an event counts, and stands in its place.
-- One row per event that is not taken out.
CREATE OR REPLACE TEMP MACRO standing_event(chosen_log) AS TABLE (
    WITH correction AS (
        SELECT corrects AS event_key, max(seq) AS seq
        FROM main.event
        WHERE log_id = chosen_log AND correction IS NOT NULL
        GROUP BY corrects
    )
    SELECT seq, seq AS place, case_id, activity, lifecycle, role, actor, occurred_at, attributes, objects
    FROM main.event ANTI JOIN correction USING (event_key)
    WHERE log_id = chosen_log AND correction IS NULL
    UNION ALL
    SELECT
        replacing.seq, original.seq AS place, replacing.case_id, replacing.activity, replacing.lifecycle,
        replacing.role, replacing.actor, replacing.occurred_at, replacing.attributes, replacing.objects
    FROM correction
    JOIN main.event AS replacing ON replacing.seq = correction.seq
    JOIN main.event AS original ON original.event_key = correction.event_key
    WHERE
        replacing.log_id = chosen_log AND replacing.correction = 'replace'
        AND original.log_id = chosen_log AND original.correction IS NULL
);
