-- Since when the projects and steps of some cases were last put on hold, and until when.
-- One row per case and step, `project` for a whole project.
SELECT case_id, activity, arg_max(occurred_at, seq), arg_max(attributes ->> '$.until', seq)
FROM effective_event JOIN log USING (log_id)
WHERE log.name = $log AND lifecycle = 'suspend' AND case_id IN (SELECT unnest($cases::VARCHAR[]))
GROUP BY case_id, activity
