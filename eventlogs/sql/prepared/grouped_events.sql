-- The trace events by the groups that their cases are in: all cases together, and by every attribute asked for.
-- One row per event and group; attribute 0 has all cases, in one group of code 0.
CREATE OR REPLACE TEMP VIEW grouped_event AS
SELECT 0 AS attribute, 0 AS code, case_no, edge FROM trace_event
UNION ALL
SELECT attribute, code, case_no, edge FROM trace_event JOIN case_attribute USING (case_no);
