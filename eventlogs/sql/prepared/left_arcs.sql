-- The arcs of the touched cases as they were, to be taken off.
-- One row per arc of all these cases (attribute 0), and per arc of each group of them by every attribute asked for.
CREATE OR REPLACE TEMP TABLE moved_arc AS
WITH leaving AS (
    SELECT case_no FROM trace SEMI JOIN touched_case USING (case_id)
), gone AS MATERIALIZED (
    SELECT case_no, edge FROM trace_event SEMI JOIN leaving USING (case_no)
)
SELECT 0 AS attribute, 0 AS code, edge, -count(*) AS frequency FROM gone GROUP BY edge
UNION ALL
SELECT attribute, code, edge, -count(*) FROM gone JOIN case_attribute USING (case_no) GROUP BY ALL;
