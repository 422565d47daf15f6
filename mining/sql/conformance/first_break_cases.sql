-- Which rule broke first in a case: the one broken earliest (of several at once the first in the model), by its chain and strength.
-- One row per case that breaks a rule. Waived and regulatory breaks are apart.
CREATE OR REPLACE TEMP VIEW norm_first_break AS
SELECT
    case_no,
    arg_min(r.chain, (pos, rule_no)) AS chain,
    arg_min(r.strength, (pos, rule_no)) AS strength
FROM norm_status JOIN norm_rule AS r USING (rule_no)
WHERE status NOT IN ('kept', 'waived') AND r.strength <> 'regulatory'
GROUP BY case_no
