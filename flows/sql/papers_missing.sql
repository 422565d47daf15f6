-- Projects of a log, not simulated, in which something was recorded at a step that papers are made of after the last paper.
-- One row per such project.
SELECT case_id
FROM effective_event
JOIN log USING (log_id)
WHERE log.name = $log AND NOT log.simulated AND list_contains($steps, activity)
GROUP BY case_id
HAVING max(seq) FILTER (lifecycle = 'complete')
    > coalesce(max(seq) FILTER ((attributes ->> '$.paper') IS NOT NULL), 0)
ORDER BY case_id
