-- Which chain broke first in a case: the chain of the rule broken earliest (of several at once the first in the model).
-- One row per group, chain and strength, and with group NULL for all; a case counts once. Waived and regulatory breaks are apart.
WITH broken AS (
    SELECT
        case_no,
        arg_min(r.chain, (pos, rule_no)) AS chain,
        arg_min(r.strength, (pos, rule_no)) AS strength
    FROM norm_status JOIN norm_rule AS r USING (rule_no)
    WHERE status NOT IN ('kept', 'waived') AND r.strength <> 'regulatory'
    GROUP BY case_no
)
SELECT grp, chain, strength, count(*)
FROM broken JOIN norm_case USING (case_no)
GROUP BY GROUPING SETS ((grp, chain, strength), (chain, strength))
ORDER BY grp NULLS FIRST, count(*) DESC, chain, strength
