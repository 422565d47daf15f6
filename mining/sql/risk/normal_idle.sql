-- How long a case of each group may be idle after each activity. One row per activity and group that cases are in.
SELECT event.activity::BIGINT AS activity, event.grp::BIGINT AS grp, coalesce(own.most, step.most, every.most) / 86400e6 AS most
FROM (SELECT DISTINCT activity, grp FROM trace_event JOIN norm_case USING (case_no)) AS event
LEFT JOIN stall_norm AS own ON $grouped AND own.activity = event.activity AND own.grp = event.grp
LEFT JOIN stall_norm AS step ON step.activity = event.activity AND step.grp IS NULL
LEFT JOIN stall_norm AS every ON every.activity IS NULL
