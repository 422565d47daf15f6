-- What became of each order rule in each case that tests it: kept, skipped (what should come before never came), out of order.
-- One row per rule and case that tests it, with the first event that needed the other. A case without that event tests nothing.
CREATE OR REPLACE TEMP TABLE norm_status AS
SELECT
    r.rule_no,
    later.case_no,
    CASE
        WHEN earlier.first_pos < later.first_pos THEN 'kept'
        WHEN earlier.first_pos IS NULL THEN 'skipped'
        ELSE 'out_of_order'
    END AS status,
    later.first_pos AS pos,
    later.first_at AS happened_at
FROM norm_rule AS r
JOIN norm_first AS later ON later.mark = r.after_mark
JOIN judged_case AS c USING (case_no)
LEFT JOIN norm_first AS earlier ON earlier.mark = r.before_mark AND earlier.case_no = later.case_no
WHERE r.before_mark IS NOT NULL
    AND (NOT r.only_if_both OR earlier.case_no IS NOT NULL)
    AND (len(r.cities) = 0 OR list_contains(r.cities, c.city));
