-- The waits that were longer than is normal after their activity and before the needed one that ended them, and not for a
-- recorded halt. One row per wait.
SELECT event.case_no::BIGINT AS case_no, event.pos::BIGINT AS pos
FROM trace_event AS event
JOIN norm_case USING (case_no)
LEFT JOIN (FROM stall_norm WHERE $grouped AND grp IS NOT NULL) AS own ON own.activity = event.activity AND own.grp = norm_case.grp
LEFT JOIN (FROM stall_norm WHERE grp IS NULL AND activity IS NOT NULL) AS step ON step.activity = event.activity
LEFT JOIN (FROM stall_need WHERE share >= $needed) AS need ON need.activity = event.edge % (SELECT stride FROM shape)
LEFT JOIN (FROM stall_norm WHERE target IS NOT NULL) AS awaited ON awaited.target = need.activity
CROSS JOIN (SELECT any_value(most) AS most FROM stall_norm WHERE activity IS NULL AND target IS NULL) AS every
ANTI JOIN stall_halted AS halted ON halted.case_no = event.case_no AND halted.pos = event.pos
WHERE event.wait > greatest(coalesce(own.most, step.most, every.most), awaited.most)
