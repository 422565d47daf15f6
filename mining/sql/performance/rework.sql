-- What is done again in the same case, and the time from the event before to each repetition.
-- One row per group and activity done more than once in a case; group 0 has no value.
WITH timed AS (
    SELECT
        case_no,
        activity,
        occ,
        if(lag(case_no) OVER () = case_no, lag(wait) OVER (), NULL) AS spent
    FROM (FROM trace_event ORDER BY case_no, pos)
), counted AS (
    SELECT case_no, activity, max(occ) AS n, sum(spent) FILTER (occ > 1) AS spent FROM timed GROUP BY ALL
)
SELECT
    coalesce(code, 0) AS code,
    activity,
    count(*) AS cases_with,
    count(*) FILTER (n > 1) AS n_cases,
    (sum(n) - count(*))::BIGINT AS repeats,
    max(n) AS most,
    sum(spent)::BIGINT AS spent
FROM counted
LEFT JOIN (SELECT case_no, code FROM case_attribute WHERE attribute = $attribute) USING (case_no)
GROUP BY ALL
HAVING count(*) FILTER (n > 1) > 0;
