-- The linked events of whatever lifecycle transition.
-- One row per event and case.
CREATE OR REPLACE TEMP MACRO chosen_lifecycle(chosen_log, chosen_type, chosen_lifecycles) AS TABLE (
    SELECT *
    FROM linked_event(chosen_log, chosen_type)
    WHERE chosen_lifecycles::VARCHAR[] IS NULL
);
