-- Which chain broke first, counted: by the chain and strength of the rule that each case breaks first.
-- One row per group, chain and strength, and with group NULL for all; a case counts once.
SELECT grp, chain, strength, count(*)
FROM norm_first_break JOIN judged_case USING (case_no)
GROUP BY GROUPING SETS ((grp, chain, strength), (chain, strength))
ORDER BY count(*) DESC, chain, strength
