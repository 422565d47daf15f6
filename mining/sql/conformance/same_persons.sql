-- In how many cases one person acts in both of two roles, of those in which both roles are acted by known persons.
-- One row per pair of roles and group, and with group NULL for all.
WITH acted AS (
    SELECT DISTINCT e.case_no, e.actor, p.mark
    FROM trace_event AS e JOIN norm_pair AS p USING (activity, role)
    WHERE e.actor > 0 AND p.mark IN (SELECT unnest([one_mark, other_mark]) FROM norm_person)
), paired AS (
    SELECT n.person_no, one.case_no, bool_or(one.actor = other.actor) AS same
    FROM norm_person AS n
    JOIN acted AS one ON one.mark = n.one_mark
    JOIN acted AS other ON other.mark = n.other_mark AND other.case_no = one.case_no
    GROUP BY n.person_no, one.case_no
)
SELECT person_no, grp, count(*) AS cases, count(*) FILTER (same) AS same
FROM paired JOIN judged_case USING (case_no)
GROUP BY GROUPING SETS ((person_no, grp), (person_no))
ORDER BY person_no
