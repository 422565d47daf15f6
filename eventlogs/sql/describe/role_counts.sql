-- How often each role occurs.
-- One row per role, the most frequent first.
SELECT name, n
FROM (SELECT role AS code, count(*) AS n FROM trace_event GROUP BY role)
JOIN role_code USING (code)
ORDER BY n DESC, name;
