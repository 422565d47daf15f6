-- The linked events of the cases in `touched_case`.
-- One row per event and case.
CREATE OR REPLACE TEMP MACRO chosen_event(chosen_log, chosen_type, chosen_lifecycles) AS TABLE (
    SELECT *
    FROM chosen_lifecycle(chosen_log, chosen_type, chosen_lifecycles) SEMI JOIN touched_case USING (case_id)
);
