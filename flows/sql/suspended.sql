-- Which projects and steps of some cases are on hold, since when, and until when.
-- One row per case and step, `project` for a whole project.
SELECT case_id, activity, arg_max(occurred_at, seq), arg_max(coalesce(attributes ->> '$.until', ''), seq)
FROM effective_event JOIN log USING (log_id)
WHERE log.name = $log
    AND lifecycle IN ('suspend', 'resume')
    AND case_id IN (SELECT unnest($cases::VARCHAR[]))
GROUP BY case_id, activity
HAVING arg_max(lifecycle, seq) = 'suspend'
