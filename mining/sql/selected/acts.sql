-- The cases in which a role, or a person, acts.
-- One row per case.
SELECT DISTINCT case_id
FROM trace_event JOIN trace USING (case_no)
LEFT JOIN role_code ON role_code.code = trace_event.role
LEFT JOIN actor_code ON actor_code.code = trace_event.actor
WHERE if($person, actor_code.name, role_code.name) = $who
ORDER BY case_id
