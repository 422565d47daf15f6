-- What each case shows of a normative model: the rules it tests, each with what became of it.
-- One row per case and rule tested.
SELECT 3 AS kind, case_no, rule_no::BIGINT * 16 + dense_rank() OVER (ORDER BY status) AS thing FROM norm_status
