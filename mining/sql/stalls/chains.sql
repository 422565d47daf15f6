-- How far reported cases that a normative model is about have come on each chain of it: the latest act of any of its roles.
-- One row per case and chain.
SELECT
    case_no,
    step.chain_no,
    arg_max(step.step_no, e.pos) AS step_no,
    arg_max(activity_code.name, e.pos) AS activity,
    epoch_us(max(e.occurred_at)) AS at_moment
FROM trace_event AS e
SEMI JOIN stall_reported USING (case_no)
SEMI JOIN judged_case USING (case_no)
JOIN norm_pair AS pair ON pair.activity = e.activity AND pair.role = e.role
JOIN norm_step AS step USING (mark)
JOIN activity_code ON activity_code.code = e.activity
GROUP BY case_no, step.chain_no
ORDER BY step.chain_no
