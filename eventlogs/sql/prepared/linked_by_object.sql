-- The standing events of a log by the objects of a type: those they are linked to, and the case itself.
-- One row per event and object.
CREATE OR REPLACE TEMP MACRO linked_event(chosen_log, chosen_type) AS TABLE (
    WITH link AS (
        SELECT seq, unnest(objects) AS object FROM standing_event(chosen_log)
    ), linked AS (
        SELECT seq, object.object_id AS object_id FROM link WHERE object.object_type = chosen_type
        UNION
        SELECT seq, case_id AS object_id
        FROM standing_event(chosen_log)
        WHERE
            case_id <> ''
            AND EXISTS (FROM main.log WHERE log.log_id = chosen_log AND log.case_type = chosen_type)
    )
    SELECT standing.* EXCLUDE (case_id, objects), linked.object_id AS case_id
    FROM linked JOIN standing_event(chosen_log) AS standing USING (seq)
);
