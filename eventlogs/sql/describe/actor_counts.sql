-- How often each actor occurs.
-- One row per actor, the most frequent first.
SELECT name, n
FROM (SELECT actor AS code, count(*) AS n FROM trace_event GROUP BY actor)
JOIN actor_code USING (code)
ORDER BY n DESC, name;
