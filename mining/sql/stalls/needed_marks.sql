-- Roles and tools that nearly all completed cases had shown before they first came to an activity.
-- One row per activity and mark.
WITH good AS (
    SELECT case_no FROM judged_case WHERE state = 'completed'
), arrival AS (
    SELECT case_no, activity, min(pos) AS pos FROM trace_event SEMI JOIN good USING (case_no) GROUP BY ALL
), came AS (
    SELECT activity, count(*) AS n FROM arrival GROUP BY activity
), shown AS (
    SELECT arrival.activity, first.mark, count(*) AS n
    FROM arrival
    JOIN norm_first AS first ON first.case_no = arrival.case_no AND first.first_pos < arrival.pos
    WHERE list_contains($marks::INTEGER[], first.mark)
    GROUP BY ALL
)
SELECT activity_code.name, shown.mark
FROM shown
JOIN came USING (activity)
JOIN activity_code ON activity_code.code = shown.activity
WHERE shown.n >= $share * came.n AND came.n >= $least
