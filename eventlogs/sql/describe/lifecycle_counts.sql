-- How often each lifecycle occurs.
-- One row per lifecycle, the most frequent first.
SELECT name, n
FROM (SELECT lifecycle AS code, count(*) AS n FROM trace_event GROUP BY lifecycle)
JOIN lifecycle_code USING (code)
ORDER BY n DESC, name;
