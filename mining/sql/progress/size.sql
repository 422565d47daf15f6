-- How many cases, events and distinct sequences there are.
-- One row.
SELECT count(*), coalesce(sum(n_events), 0)::BIGINT, count(DISTINCT variant) FROM trace;
