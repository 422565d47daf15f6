-- The variants as `mine variants` numbers them: the most frequent first, equally frequent ones in the order of their first case.
-- One row per variant, by rank.
SELECT variant FROM trace GROUP BY variant ORDER BY count(*) DESC, min(case_no);
