-- What each case shows of each kind of behaviour: 0 its variant, 1 its arcs with start and end, 2 its roles.
-- One row per case and thing shown; things are numbered apart within a kind.
SELECT 0 AS kind, case_no, variant::BIGINT AS thing FROM trace
UNION ALL
SELECT DISTINCT 1, case_no, edge FROM trace_event
UNION ALL
SELECT 1, case_no, -activity::BIGINT FROM trace_event WHERE pos = 0
UNION ALL
SELECT DISTINCT 2, case_no, role::BIGINT FROM trace_event WHERE role > 0
