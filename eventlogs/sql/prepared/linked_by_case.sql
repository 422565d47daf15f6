-- The standing events of a log by case, where no event is linked to a further object of the case type.
-- One row per event; those without a case (case_id '') are left out when the cases are numbered.
CREATE OR REPLACE TEMP MACRO linked_event(chosen_log, chosen_type) AS TABLE (
    SELECT * EXCLUDE (objects) FROM standing_event(chosen_log)
);
