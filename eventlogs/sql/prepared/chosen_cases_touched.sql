-- The linked events of the cases in `touched_case`, found once.
-- One row per event and case.
CREATE OR REPLACE TEMP MACRO chosen_event(chosen_log, chosen_type, chosen_lifecycles) AS TABLE (FROM touched_event);
