-- The linked events of every case.
-- One row per event and case.
CREATE OR REPLACE TEMP MACRO chosen_event(chosen_log, chosen_type, chosen_lifecycles) AS TABLE (
    SELECT * FROM chosen_lifecycle(chosen_log, chosen_type, chosen_lifecycles)
);
