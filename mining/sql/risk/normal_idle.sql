-- How long a case of each group may be idle after each activity. One row per activity and group that cases are in.
SELECT event.activity::BIGINT AS activity, event.grp::BIGINT AS grp, coalesce(own.most, step.most, every.most) / 86400e6 AS most
FROM (SELECT DISTINCT activity, grp FROM trace_event JOIN norm_case USING (case_no)) AS event
LEFT JOIN (FROM stall_norm WHERE $grouped AND grp IS NOT NULL) AS own ON own.activity = event.activity AND own.grp = event.grp
LEFT JOIN (FROM stall_norm WHERE grp IS NULL AND activity IS NOT NULL) AS step ON step.activity = event.activity
CROSS JOIN (SELECT any_value(most) AS most FROM stall_norm WHERE activity IS NULL AND target IS NULL) AS every
