-- By whose waits each such case is judged: those after its last step, of its group if they are enough (1), else of all (2),
-- else all waits (3), NULL where even these are too few; and those before each needed step that is open in it (4).
-- One row per case and stratum, of (4) as many as work is open.
CREATE OR REPLACE TEMP TABLE stall_judge AS
SELECT
    last.case_no,
    CASE WHEN own.norm_no IS NOT NULL THEN 1 WHEN step.norm_no IS NOT NULL THEN 2 ELSE 3 END AS stratum,
    coalesce(
        own.norm_no, step.norm_no, (SELECT norm_no FROM stall_norm WHERE activity IS NULL AND target IS NULL)
    ) AS norm_no
FROM stall_last AS last
LEFT JOIN stall_norm AS own ON $grouped AND own.activity = last.since AND own.grp = last.grp
LEFT JOIN stall_norm AS step ON step.activity = last.since AND step.grp IS NULL
UNION ALL
SELECT item.case_no, 4, norm.norm_no
FROM stall_item AS item
JOIN stall_need AS need ON need.name = item.activity AND need.share >= $needed AND need.n >= $least_good
JOIN stall_norm AS norm ON norm.target = need.activity;
