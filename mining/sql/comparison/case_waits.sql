-- How long each case waited on each arc it took, in seconds; one that takes an arc again counts with its mean.
-- One row per case and arc. Events without times wait on no arc.
CREATE OR REPLACE TEMP TABLE compared_wait AS
SELECT case_no, edge, avg(wait) / 1e6 AS seconds
FROM trace_event
WHERE wait IS NOT NULL
GROUP BY case_no, edge;
