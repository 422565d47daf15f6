-- Objects of the gate's type, such as objections, that nothing has settled in a reported case. One row per case that has one.
WITH link AS (
    SELECT case_no, turn.occurred_at, resolves, unnest(gated).object_id AS object_id
    FROM stall_turn AS turn
    SEMI JOIN stall_reported USING (case_no)
), object AS (
    SELECT case_no, object_id, min(occurred_at) AS opened_at
    FROM link
    GROUP BY case_no, object_id
    HAVING NOT bool_or(resolves)
)
SELECT case_no, count(*) AS n, epoch_us(min(opened_at)) AS since FROM object GROUP BY case_no
